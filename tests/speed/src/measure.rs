//! Median time and peak memory of something that is repeated.

use std::time::Instant;

use anyhow::Result;
use serde::Serialize;

/// How long to repeat.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Repetitions that do not count: caches and allocators fill. At least two are made.
    pub warm_up: usize,
    /// At least so many that count …
    pub repetitions: usize,
    /// … and at least for so long.
    pub seconds: f64,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Measurement {
    /// Median of the repetitions.
    pub seconds: f64,
    /// The fastest of them.
    pub fastest: f64,
    /// How many there were.
    pub repetitions: usize,
    /// What the first call, the first of the warm-up, returned: for a training step the loss of the untouched weights.
    pub first_value: f64,
    /// What the second call returned: for a training step the loss after one step, which depends on all gradients.
    pub second_value: f64,
    /// Bytes of this process that lay in memory before the first call; unknown where the system does not say.
    pub resident_before: Option<u64>,
    /// The most bytes of this process that ever lay in memory.
    pub peak_resident: Option<u64>,
}

/// Repeats `work`.
///
/// # Errors
/// The first error of `work`.
pub fn measure(patience: Patience, mut work: impl FnMut() -> Result<f64>) -> Result<Measurement> {
    let resident_before = memory("VmRSS");
    let (first_value, second_value) = (work()?, work()?);
    for _ in 2..patience.warm_up {
        work()?;
    }
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < patience.repetitions || start.elapsed().as_secs_f64() < patience.seconds {
        let start = Instant::now();
        work()?;
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    Ok(Measurement {
        seconds: median(&times),
        fastest: times.first().copied().unwrap_or(f64::NAN),
        repetitions: times.len(),
        first_value,
        second_value,
        resident_before,
        peak_resident: memory("VmHWM"),
    })
}

/// The middle of sorted numbers; between the two middle ones when their number is even.
pub fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        length => f64::midpoint(sorted[(length - 1) / 2], sorted[length / 2]),
    }
}

/// A line of Linux's `/proc/self/status`, in bytes. Other systems have no such file.
fn memory(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The middle one of an odd number, the average of the two middle ones of an even number.
    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }

    /// The warm-up is called but not timed, and the values are those of the very first calls.
    #[test]
    fn the_values_come_from_the_first_calls() -> Result<()> {
        let mut calls = 0;
        let patience = Patience { warm_up: 3, repetitions: 4, seconds: 0.0 };
        let measurement = measure(patience, || {
            calls += 1;
            Ok(f64::from(calls))
        })?;
        assert_eq!((calls, measurement.repetitions), (7, 4));
        assert_eq!((measurement.first_value, measurement.second_value), (1.0, 2.0));
        Ok(())
    }
}
