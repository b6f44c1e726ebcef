//! Learning-rate schedules: what the peak learning rate is multiplied by at each step.
//!
//! At the first steps the optimiser's averages know nothing and the model is far from anywhere good: start small. Near the
//! end, smaller steps settle into the minimum instead of jumping across it.
//!
//! ```
//! use foundations::optim::Schedule;
//! let schedule = Schedule::Cosine { warmup: 10, total: 100, final_fraction: 0.1 };
//! assert_eq!(schedule.factor(10), 1.0);
//! assert!((schedule.factor(100) - 0.1).abs() < 1e-12);
//! ```

use serde::{Deserialize, Serialize};

/// The shape of the learning rate over a run. Lengths are counted in steps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Schedule {
    /// Always the peak.
    Constant,
    /// Linear warm-up, then half a period of a cosine from 1 down to `final_fraction`, reached at step `total`.
    ///
    /// Source: Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5.
    Cosine {
        /// Steps of warm-up; fewer than `total`.
        warmup: u64,
        /// Length of the run.
        total: u64,
        /// What is left of the learning rate at the end.
        final_fraction: f64,
    },
    /// Linear warm-up, then `1 / √(1 + (step − warmup) / timescale)`, then linearly to zero over the last `cooldown`
    /// steps. Until the cool-down begins nothing depends on `total`, so a run can be prolonged.
    ///
    /// Source: Zhai et al. 2022, arXiv 2106.04560, §3.5; big_vision `utils.py`, `create_learning_rate_schedule`.
    ReciprocalSqrt {
        /// Steps of warm-up.
        warmup: u64,
        /// How long the learning rate stays near its peak; at least 1.
        timescale: u64,
        /// Steps of cool-down; 0 for none.
        cooldown: u64,
        /// Length of the run.
        total: u64,
    },
}

impl Schedule {
    /// The factor, between 0 and 1, for the step taken after `step` others.
    pub fn factor(&self, step: u64) -> f64 {
        // ANCHOR: schedule_factor
        match *self {
            Self::Constant => 1.0,
            Self::Cosine { warmup, total, final_fraction } => {
                let progress = fraction(step.saturating_sub(warmup), total.saturating_sub(warmup));
                let cosine = (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
                warmup_factor(step, warmup) * (final_fraction + (1.0 - final_fraction) * cosine)
            }
            Self::ReciprocalSqrt { warmup, timescale, cooldown, total } => {
                let decay = 1.0 / (1.0 + step.saturating_sub(warmup) as f64 / timescale.max(1) as f64).sqrt();
                let left = if cooldown == 0 { 1.0 } else { fraction(total.saturating_sub(step), cooldown) };
                warmup_factor(step, warmup) * decay * left
            }
        }
        // ANCHOR_END: schedule_factor
    }
}

/// Linear warm-up that reaches 1 at step `warmup`. It starts one notch above zero: a step of size zero teaches nothing.
fn warmup_factor(step: u64, warmup: u64) -> f64 {
    // ANCHOR: warmup_factor
    fraction(step.saturating_add(1), warmup.saturating_add(1))
    // ANCHOR_END: warmup_factor
}

/// `part / whole`, at most 1; an empty whole counts as done.
fn fraction(part: u64, whole: u64) -> f64 {
    if part >= whole { 1.0 } else { part as f64 / whole as f64 }
}
