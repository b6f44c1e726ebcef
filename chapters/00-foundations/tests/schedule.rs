//! Schedules: up in a straight line, down smoothly, and never a jump.

mod common;

use common::{Outcome, cases};
use foundations::optim::Schedule;
use proptest::prelude::*;

fn cosine() -> impl Strategy<Value = (u64, u64, f64)> {
    (0u64..50, 2u64..300, 0f64..1.0).prop_map(|(warmup, rest, final_fraction)| (warmup, warmup + rest, final_fraction))
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let reciprocal = (0u64..50, 0u64..200, 0u64..50, 0u64..300).prop_map(|(warmup, timescale, cooldown, total)| {
        Schedule::ReciprocalSqrt { warmup, timescale, cooldown, total }
    });
    let cosine = (0u64..50, 0u64..300, 0f64..1.0).prop_map(|(warmup, total, final_fraction)| Schedule::Cosine {
        warmup,
        total,
        final_fraction,
    });
    prop_oneof![Just(Schedule::Constant), cosine, reciprocal]
}

/// The decay halves the learning rate after three timescales: `1/√(1 + 3)`. In the middle of a cool-down it is halved
/// once more. A timescale of 0 counts as 1.
#[test]
fn reciprocal_square_root_halves_after_three_timescales() {
    let of = |timescale, cooldown, total| Schedule::ReciprocalSqrt { warmup: 10, timescale, cooldown, total };
    let decaying = of(100, 0, 1000);
    for (schedule, step, expected) in [
        (decaying, 10, 1.0),
        (decaying, 310, 0.5),
        (decaying, 810, 1.0 / 3.0),
        (of(100, 100, 360), 310, 0.5 * 0.5),
        (of(0, 0, 1000), 10, 1.0),
        (of(0, 0, 1000), 13, 0.5),
    ] {
        let factor = schedule.factor(step);
        let close = (factor - expected).abs() < 1e-12;
        assert!(close, "{schedule:?}: step {step} should have factor {expected}, not {factor}");
    }
}

/// A cosine is halfway between peak and end in the middle of its descent.
#[test]
fn cosine_is_halfway_in_the_middle() {
    let schedule = Schedule::Cosine { warmup: 20, total: 120, final_fraction: 0.2 };
    assert!((schedule.factor(70) - 0.6).abs() < 1e-12, "(1 + 0.2) / 2 at step 70, not {}", schedule.factor(70));
}

/// Checkpoints and logs name a schedule in words.
#[test]
fn a_schedule_is_readable_json() -> Outcome {
    let json = r#"{"kind":"cosine","warmup":10,"total":100,"final_fraction":0.1}"#;
    let schedule = Schedule::Cosine { warmup: 10, total: 100, final_fraction: 0.1 };
    assert_eq!(serde_json::to_string(&schedule)?, json);
    assert_eq!(serde_json::from_str::<Schedule>(json)?, schedule);
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    /// Equal increments, none of size zero, up to exactly 1 at the end of the warm-up.
    #[test]
    fn warm_up_is_a_straight_line_to_one(warmup in 1u64..50, rest in 2u64..300, timescale in 1u64..1000) {
        let total = warmup + rest;
        for schedule in [
            Schedule::Cosine { warmup, total, final_fraction: 0.0 },
            Schedule::ReciprocalSqrt { warmup, timescale, cooldown: 0, total },
        ] {
            let increment = schedule.factor(0);
            prop_assert!(increment > 0.0, "a first step of size zero teaches nothing");
            for step in 0..=warmup {
                let expected = (step + 1) as f64 * increment;
                prop_assert!((schedule.factor(step) - expected).abs() < 1e-12, "{schedule:?} bends at step {step}");
            }
            prop_assert!((schedule.factor(warmup) - 1.0).abs() < 1e-12, "the warm-up of {schedule:?} should end at 1");
        }
    }

    /// From the peak on, the cosine only falls, and it ends at its final fraction and stays there.
    #[test]
    fn cosine_only_falls_and_ends_at_its_final_fraction((warmup, total, final_fraction) in cosine()) {
        let schedule = Schedule::Cosine { warmup, total, final_fraction };
        for step in warmup..total {
            prop_assert!(schedule.factor(step + 1) <= schedule.factor(step) + 1e-12, "rises at step {step}");
        }
        for step in [total, total + 1, total + 1000] {
            let factor = schedule.factor(step);
            prop_assert!((factor - final_fraction).abs() < 1e-12, "step {step}: {factor} instead of {final_fraction}");
        }
    }

    /// No jump: from one step to the next the factor changes no faster than the steepest part of each curve.
    #[test]
    fn there_are_no_jumps(warmup in 0u64..50, rest in 60u64..300, timescale in 1u64..200, cooldown in 1u64..50) {
        let total = warmup + rest;
        let up = 1.0 / (warmup + 1) as f64;
        let cosine = Schedule::Cosine { warmup, total, final_fraction: 0.0 };
        let reciprocal = Schedule::ReciprocalSqrt { warmup, timescale, cooldown, total };
        let steepest_cosine = up.max(std::f64::consts::FRAC_PI_2 / rest as f64);
        let steepest_reciprocal = up.max(0.5 / timescale as f64 + 1.0 / cooldown as f64);
        for (schedule, limit) in [(cosine, steepest_cosine), (reciprocal, steepest_reciprocal)] {
            for step in 0..total + 5 {
                let change = (schedule.factor(step + 1) - schedule.factor(step)).abs();
                prop_assert!(change <= limit + 1e-12, "{schedule:?} jumps by {change} after step {step}");
            }
        }
    }

    /// Before its cool-down a reciprocal-root run does not know how long it will be, so it can be prolonged.
    #[test]
    fn a_run_can_be_prolonged_until_it_cools_down(warmup in 0u64..20, total in 100u64..200, cooldown in 1u64..50) {
        let run = |total| Schedule::ReciprocalSqrt { warmup, timescale: 30, cooldown, total };
        for step in 0..=total - cooldown {
            prop_assert_eq!(run(total).factor(step), run(10 * total).factor(step), "step {} differs", step);
        }
        prop_assert_eq!(run(total).factor(total), 0.0, "the cool-down ends at zero");
    }

    /// Any configuration, also a senseless one, any step, also the largest: a factor between 0 and 1.
    #[test]
    fn factors_are_always_between_zero_and_one(schedule in any_schedule(), step in prop_oneof![0u64..400, Just(u64::MAX)]) {
        let factor = schedule.factor(step);
        prop_assert!((0.0..=1.0).contains(&factor), "{schedule:?} gives {factor} at step {step}");
    }
}
