//! Randomness: repeatable, and independent where it should be.

mod common;

use candle_core::{DType, Device};
use common::{Outcome, cases, numbers};
use foundations::random::{generator, generator_at, normal, permutation, uniform};
use proptest::prelude::*;
use rand::RngCore;

fn draws(mut rng: impl RngCore) -> Vec<u64> {
    (0..8).map(|_| rng.next_u64()).collect()
}

/// Seeds in logs and papers keep their meaning: these numbers must be the same on every machine and in every version.
#[test]
fn a_seed_means_the_same_numbers_for_ever() {
    assert_eq!(
        generator(0, "init").next_u64(),
        8_546_543_957_858_561_474,
        "the generator or the name's hash has changed"
    );
    assert_eq!(
        generator_at(7, "batch", 1234).next_u64(),
        12_691_626_732_214_275_331,
        "the numbering of steps has changed"
    );
}

/// 10,000 draws: mean within 4 standard errors, and the spread within 3 %.
#[test]
fn normal_numbers_have_the_mean_and_spread_asked_for() -> Outcome {
    let values = numbers(&normal(10_000, 3.0, 0.5, DType::F32, &Device::Cpu, &mut generator(1, "spec"))?);
    let mean = values.iter().sum::<f64>() / 1e4;
    let std = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 1e4).sqrt();
    assert!((mean - 3.0).abs() < 4.0 * 0.005, "mean {mean} instead of 3");
    assert!((std - 0.5).abs() < 0.015, "standard deviation {std} instead of 0.5");
    Ok(())
}

/// Uniform numbers fill their interval and never leave it.
#[test]
fn uniform_numbers_fill_their_interval() -> Outcome {
    let values = numbers(&uniform(10_000, -1.0, 3.0, DType::F32, &Device::Cpu, &mut generator(1, "spec"))?);
    assert!(values.iter().all(|v| (-1.0..=3.0).contains(v)), "a value outside of −1 … 3");
    for quarter in 0..4 {
        let low = f64::from(quarter) - 1.0;
        let share = values.iter().filter(|v| (low..low + 1.0).contains(*v)).count() as f64 / 1e4;
        assert!((share - 0.25).abs() < 0.02, "{share} of the values between {low} and {}", low + 1.0);
    }
    Ok(())
}

/// No spread at all is a distribution, too: every draw is the mean.
#[test]
fn without_spread_every_number_is_the_mean() -> Outcome {
    let values = numbers(&normal(5, 3.0, 0.0, DType::F32, &Device::Cpu, &mut generator(1, "spec"))?);
    assert_eq!(values, [3.0; 5]);
    Ok(())
}

/// A standard deviation below zero or an empty interval is an error, not a panic.
#[test]
fn senseless_distributions_are_errors() {
    let rng = &mut generator(1, "spec");
    assert!(normal(3, 0.0, -1.0, DType::F32, &Device::Cpu, rng).is_err());
    assert!(uniform(3, 1.0, 1.0, DType::F32, &Device::Cpu, rng).is_err());
}

proptest! {
    #![proptest_config(cases(256))]

    /// Same seed and same purpose: same numbers.
    #[test]
    fn the_same_seed_and_stream_repeat(seed: u64, index: u64, stream in "[a-z.]{0,12}") {
        prop_assert_eq!(draws(generator(seed, &stream)), draws(generator(seed, &stream)));
        prop_assert_eq!(draws(generator_at(seed, &stream, index)), draws(generator_at(seed, &stream, index)));
    }

    /// Another seed, another purpose or another step: other numbers.
    #[test]
    fn another_seed_stream_or_index_differs(seed: u64, other: u64, a in "[a-z]{1,9}", b in "[a-z]{1,9}", i: u32, j: u32) {
        prop_assume!(seed != other && a != b && i != j);
        prop_assert_ne!(draws(generator(seed, &a)), draws(generator(other, &a)), "seeds {} and {}", seed, other);
        prop_assert_ne!(draws(generator(seed, &a)), draws(generator(seed, &b)), "streams {} and {}", a, b);
        let (at_i, at_j) = (generator_at(seed, &a, i.into()), generator_at(seed, &a, j.into()));
        prop_assert_ne!(draws(at_i), draws(at_j), "steps {} and {}", i, j);
    }

    /// A permutation has every number once.
    #[test]
    fn a_permutation_has_every_number_once(n in 0usize..200, seed: u64) {
        let mut order = permutation(n, &mut generator(seed, "spec"));
        order.sort_unstable();
        prop_assert_eq!(order, (0..n).collect::<Vec<_>>());
    }
}
