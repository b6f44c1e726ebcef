//! AdamW: steps of about one learning rate, and decay that the gradient cannot undo.

mod common;

use candle_core::{DType, Device, Tensor, Var};
use common::{Outcome, device, distance, normal, numbers, variable};
use foundations::optim::adamw::{AdamWStep, Averages, adamw, bias_correction, fused, plain};
use proptest::prelude::*;

const AVERAGES: Averages = Averages { beta1: 0.9, beta2: 0.95, eps: 1e-8 };

fn step(number: u64, learning_rate: f64, weight_decay: f64) -> AdamWStep {
    AdamWStep { averages: AVERAGES, number, learning_rate, weight_decay }
}

/// Where `start` ends after one step per gradient.
fn walk(start: &Tensor, gradients: &[Tensor], weight_decay: f64) -> candle_core::Result<Tensor> {
    walk_with(start, gradients, |number| step(number, 0.1, weight_decay))
}

fn walk_with(start: &Tensor, gradients: &[Tensor], step: impl Fn(u64) -> AdamWStep) -> candle_core::Result<Tensor> {
    let variable = Var::from_tensor(start)?;
    let (mut first, mut second) = (start.zeros_like()?, start.zeros_like()?);
    for (gradient, number) in gradients.iter().zip(1..) {
        adamw(&variable, gradient, &mut first, &mut second, &step(number))?;
    }
    variable.as_detached_tensor().copy()
}

/// Two steps on one number, worked out on paper with round constants: β₁ = ½, β₂ = ¾, eps = ½, gradients 2 and −4.
///
/// Step 1: m = 1, v = 1; corrected 2 and 4; direction 2/(√4 + 0.5) = 0.8; 1 − 0.08 = 0.92.
/// Step 2: m = −1.5, v = 4.75; corrected −2 and 10.857; direction −2/(3.295 + 0.5) = −0.527; 0.92 + 0.0527 = 0.9727.
#[test]
fn two_steps_match_a_calculation_by_hand() -> Outcome {
    let averages = Averages { beta1: 0.5, beta2: 0.75, eps: 0.5 };
    for (form, dtype) in
        [(plain as fn(&_, &_, &mut _, &mut _, &_) -> _, DType::F64), (plain, DType::F32), (fused, DType::F32)]
    {
        let weight = Var::from_tensor(&Tensor::new(&[1f64], &Device::Cpu)?.to_dtype(dtype)?)?;
        let (mut first, mut second) = (weight.zeros_like()?, weight.zeros_like()?);
        for (number, gradient, expected) in [(1, 2f64, 0.92), (2, -4f64, 0.972_700_7)] {
            let gradient = Tensor::new(&[gradient], &Device::Cpu)?.to_dtype(dtype)?;
            let step = AdamWStep { averages, number, learning_rate: 0.1, weight_decay: 0.0 };
            form(&weight, &gradient, &mut first, &mut second, &step)?;
            let found = numbers(&weight)[0];
            assert!(
                (found - expected).abs() < 1e-6,
                "step {number} in {dtype:?} should end at {expected}, not {found}"
            );
        }
    }
    Ok(())
}

/// Where the one-pass loop cannot run (doubles, a gradient that does not lie in order), the readable form does. At the
/// first step the corrected averages are the gradient g and its square: the direction is g / (|g| + eps).
#[test]
fn what_the_loop_cannot_take_is_stepped_all_the_same() -> Outcome {
    for (dtype, turned) in [(DType::F64, false), (DType::F32, true), (DType::F32, false)] {
        let start = normal(1, &[4, 3], DType::F32).to_dtype(dtype)?;
        let gradient = normal(2, &[3, 4], DType::F32).to_dtype(dtype)?.t()?;
        let gradient = if turned { gradient } else { gradient.contiguous()? };
        let weight = Var::from_tensor(&start)?;
        adamw(&weight, &gradient, &mut start.zeros_like()?, &mut start.zeros_like()?, &step(1, 0.1, 0.5))?;
        let direction = (&gradient / (gradient.abs()? + AVERAGES.eps)?)?;
        let expected = ((&start * (1.0 - 0.1 * 0.5))? - (direction * 0.1)?)?;
        let difference = distance(&weight, &expected);
        assert!(difference < 1e-6, "{dtype:?}, turned: {turned}: the first step is off by {difference}");
    }
    Ok(())
}

/// An average that starts at zero has seen `1 − βⁿ` of a constant signal after `n` steps.
#[test]
fn the_correction_is_the_share_that_the_average_has_seen() {
    for beta in [0.0, 0.5, 0.9, 0.95, 0.999] {
        let mut average = 0.0;
        for steps in 1..50 {
            average = beta * average + (1.0 - beta) * 1.0;
            let correction = bias_correction(beta, steps);
            assert!((average - correction).abs() < 1e-12, "β = {beta}, {steps} steps: {average} against {correction}");
        }
    }
}

/// Parameters that no gradient reaches yet must stay where they are, and not become NaN by 0/0.
#[test]
fn a_zero_gradient_moves_nothing() -> Outcome {
    let start = normal(1, &[7], DType::F32);
    let end = walk(&start, &vec![start.zeros_like()?; 3], 0.0)?;
    assert_eq!(distance(&start, &end), 0.0, "without gradient and without decay the weight must not move");
    Ok(())
}

/// Gradients of any size that f32 can square, down to ones whose square is rounded to zero.
#[test]
fn extreme_gradients_give_finite_steps() -> Outcome {
    let gradient = Tensor::new(&[1e4f32, -1e4, 1e15, -1e15, 1e-4, 1e-25, 0.0], &device())?;
    let start = gradient.zeros_like()?;
    let end = walk(&start, &vec![gradient; 5], 0.01)?;
    for moved in numbers(&end) {
        assert!(moved.is_finite() && moved.abs() < 0.51, "five steps of 0.1 cannot go as far as {moved}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(32))]

    /// At the first step the average is the gradient itself, so dividing by its size leaves the sign.
    #[test]
    fn the_first_step_is_one_learning_rate_against_the_sign(size in -3f64..3.0, positive: bool, start in -2f64..2.0) {
        let sign = if positive { 1.0 } else { -1.0 };
        let gradient = Tensor::new(&[(sign * 10f64.powf(size)) as f32], &device())?;
        let start = Tensor::new(&[start as f32], &device())?;
        let end = walk(&start, &[gradient], 0.0)?;
        let moved = numbers(&end)[0] - numbers(&start)[0];
        prop_assert!((moved + 0.1 * sign).abs() < 1e-4, "expected a step of {}, found {moved}", -0.1 * sign);
    }

    /// Multiplying the loss by a constant multiplies all gradients by it, and changes no step.
    #[test]
    fn scaling_the_gradient_changes_nothing(seed: u64, size in -3f64..3.0) {
        let start = normal(seed, &[9], DType::F32);
        let gradients: Vec<_> = (1..5).map(|i| normal(seed.wrapping_add(i), &[9], DType::F32)).collect();
        let scaled = gradients.iter().map(|g| g * 10f64.powf(size)).collect::<Result<Vec<_>, _>>()?;
        // `eps` is the one thing in AdamW that has a size of its own: make it small beside any gradient.
        let averages = Averages { eps: 1e-30, ..AVERAGES };
        let walk = |gradients: &[Tensor]| walk_with(&start, gradients, |number| AdamWStep { averages, ..step(number, 0.1, 0.01) });
        let difference = distance(&walk(&gradients)?, &walk(&scaled)?);
        prop_assert!(difference < 1e-5, "steps of 0.1 differ by {difference}");
    }

    /// Decay is decoupled: it takes `learning_rate · weight_decay · weight`, whether the gradient is large or small. With L2
    /// regularisation, the decay would go through the division and a large gradient would drown it.
    #[test]
    fn decay_does_not_care_about_the_gradient(seed: u64, size in -2f64..4.0) {
        let start = normal(seed, &[9], DType::F32);
        let gradient = (normal(seed.wrapping_add(1), &[9], DType::F32) * 10f64.powf(size))?;
        let with = walk(&start, std::slice::from_ref(&gradient), 0.5)?;
        let without = walk(&start, std::slice::from_ref(&gradient), 0.0)?;
        let pulled = (without - with)?;
        let expected = (start * (0.1 * 0.5))?;
        let difference = distance(&pulled, &expected);
        prop_assert!(
            difference < 1e-5,
            "the decay should be 0.05 of the weight at any gradient size, and is off by {difference}"
        );
    }

    /// The one pass in place gives what the readable form gives: weights and both averages, also where it is split between
    /// threads, and where the gradient does not begin at the start of its storage.
    #[test]
    fn the_pass_in_place_equals_the_readable_form(seed: u64, length in prop_oneof![1usize..40, 16_380usize..16_390]) {
        let (readable, in_place) = (variable(seed, &[length]), variable(seed, &[length]));
        let zeros = readable.zeros_like()?;
        let mut memory = [zeros.copy()?, zeros.copy()?, zeros.copy()?, zeros.copy()?];
        let [first_a, second_a, first_b, second_b] = &mut memory;
        for number in 1..4 {
            let gradient = normal(seed.wrapping_add(number), &[length], DType::F32);
            let gradient = Tensor::stack(&[&gradient, &gradient], 0)?.narrow(0, 1, 1)?.squeeze(0)?;
            plain(&readable, &gradient, first_a, second_a, &step(number, 0.01, 0.1))?;
            if in_place.device().is_cpu() {
                fused(&in_place, &gradient, first_b, second_b, &step(number, 0.01, 0.1))?;
            } else {
                adamw(&in_place, &gradient, first_b, second_b, &step(number, 0.01, 0.1))?;
            }
        }
        for (what, right, ours) in
            [("weights", readable.as_tensor(), in_place.as_tensor()), ("means", &*first_a, &*first_b), ("squares", &*second_a, &*second_b)]
        {
            prop_assert!(distance(right, ours) < 2e-6, "the {what} of the two forms differ by {}", distance(right, ours));
        }
    }
}

/// A gradient of another shape is refused, with both shapes named, before anything has moved.
#[test]
fn a_gradient_of_another_shape_is_refused() -> Outcome {
    let weight = Var::from_tensor(&normal(1, &[2, 3], DType::F32).to_device(&Device::Cpu)?)?;
    let before = weight.as_detached_tensor().copy()?;
    let (mut first, mut second) = (weight.zeros_like()?, weight.zeros_like()?);
    let gradient = Tensor::ones((3, 2), DType::F32, &Device::Cpu)?;
    let message =
        fused(&weight, &gradient, &mut first, &mut second, &step(1, 0.1, 0.0)).expect_err("3 × 2").to_string();
    assert!(message.contains("[2, 3]") && message.contains("[3, 2]"), "unhelpful message: {message}");
    assert_eq!(distance(&before, &weight), 0.0, "a refused gradient must not move the weight");
    Ok(())
}
