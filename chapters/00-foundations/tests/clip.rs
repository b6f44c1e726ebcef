//! Clipping: one length for all gradients together, and never another direction.

mod common;

use candle_core::{DType, Tensor};
use common::{Outcome, device, gradients, normal, numbers, variable};
use foundations::optim::clip::{clip_factor, global_norm, norms};
use foundations::optim::{Method, Optimizer, Recipe};
use proptest::prelude::*;

/// 3 and 4 in one tensor, 12 in another: norms 5 and 12, and 13 together.
#[test]
fn norms_of_tensors_add_up_like_pythagoras_says() -> Outcome {
    let tensors = [Tensor::new(&[[3f32], [-4.0]], &device())?, Tensor::new(-12f32, &device())?];
    let norms = norms(&tensors)?;
    assert_eq!(norms, vec![5.0, 12.0], "each tensor's own norm");
    assert_eq!(global_norm(&norms), 13.0, "√(5² + 12²)");
    Ok(())
}

/// A model without trainable parameters has gradients of length zero.
#[test]
fn no_gradients_have_norm_zero() -> Outcome {
    assert_eq!(global_norm(&norms(&[])?), 0.0);
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(32))]

    /// After clipping the norm is at most the limit, and exactly the old one where that was short enough.
    #[test]
    fn the_norm_is_capped_and_short_gradients_are_left_alone(norm in 0f64..1e6, limit in 1e-3f64..1e3) {
        let factor = clip_factor(norm, limit);
        prop_assert!(norm * factor <= limit * (1.0 + 1e-12), "{norm} × {factor} is longer than {limit}");
        prop_assert!((norm > limit) || factor == 1.0, "{norm} is short enough, and was multiplied by {factor}");
        prop_assert!((norm <= limit) || norm * factor > limit * (1.0 - 1e-12), "{norm} was shortened too far");
    }

    /// What reaches the optimiser's memory is the gradient, made shorter by one factor for all tensors: same direction.
    /// The schedule's factor, here a half, shortens the step and not the gradient.
    #[test]
    fn clipping_keeps_the_direction_across_all_tensors(seed: u64, limit in 0.01f64..0.5) {
        let (a, b) = (variable(seed, &[3]), variable(seed, &[2, 2]));
        let (gradient_a, gradient_b) = (normal(seed.wrapping_add(1), &[3], DType::F32), normal(seed.wrapping_add(2), &[2, 2], DType::F32));
        // With β₁ = 0 the first moment is the gradient that the optimiser was given.
        let method = Method::AdamW { beta1: 0.0, beta2: 0.95, eps: 1e-8 };
        let recipe = move |_: &str, _: &[usize]| Recipe { method, learning_rate: 0.1, weight_decay: 0.0 };
        let mut optimizer = Optimizer::new(vec![("a".into(), a.clone()), ("b".into(), b.clone())], recipe, Some(limit))?;
        let report = optimizer.step(&gradients(&[(&a, &gradient_a), (&b, &gradient_b)])?, 0.5)?;

        let full: Vec<f64> = [numbers(&gradient_a), numbers(&gradient_b)].concat();
        let norm = full.iter().map(|g| g * g).sum::<f64>().sqrt();
        prop_assert!((report.gradient_norm - norm).abs() < 1e-5 * norm, "the report should say {norm}");
        let state = optimizer.state()?;
        let clipped = [numbers(&state["a/first_moment"]), numbers(&state["b/first_moment"])].concat();
        let factor = (limit / norm).min(1.0);
        for (clipped, full) in clipped.iter().zip(&full) {
            let expected = full * factor;
            prop_assert!((clipped - expected).abs() < 1e-6, "{full} should become {expected}, not {clipped}");
        }
        let reported = report.clip_factor;
        prop_assert!((reported - factor).abs() < 1e-4, "the factor was {factor}, and the report says {reported}");
    }
}
