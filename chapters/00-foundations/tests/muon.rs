//! Muon: momentum that looks ahead, made orthogonal, and longer for tall matrices.

mod common;

use candle_core::{DType, Tensor};
use common::{Outcome, device, distance, normal, numbers};
use foundations::optim::muon::{muon_direction, shape_scale};
use foundations::optim::newton_schulz::newton_schulz;
use proptest::prelude::*;

/// Only tall matrices get a longer step, by the root of how much taller than wide they are.
#[test]
fn tall_matrices_get_longer_steps() {
    for (rows, columns, expected) in [(128, 32, 2.0), (32, 32, 1.0), (32, 128, 1.0), (900, 100, 3.0)] {
        assert_eq!(shape_scale(rows, columns), expected, "for a {rows} × {columns} matrix");
    }
}

/// Gradient +1, then −0.6, at momentum 0.9. The average is 0.09 − 0.06 > 0: plain momentum would still walk the old way.
/// Nesterov adds the fresh gradient once more: 0.9 · 0.03 − 0.06 < 0, and turns round at once.
#[test]
fn nesterov_turns_before_plain_momentum_does() -> Outcome {
    let mut average = Tensor::zeros((1, 1), DType::F32, &device())?;
    let (forth, back) = (Tensor::new(&[[1f32]], &device())?, Tensor::new(&[[-0.6f32]], &device())?);
    let first = muon_direction(&forth, &mut average, 0.9)?;
    assert!(numbers(&first)[0] > 0.0, "the first direction is the gradient's");
    let second = muon_direction(&back, &mut average, 0.9)?;
    assert!((numbers(&average)[0] - 0.03).abs() < 1e-6, "the average should be 0.9 · 0.1 − 0.1 · 0.6 = 0.03");
    assert!(numbers(&second)[0] < 0.0, "the step should already follow the new gradient");
    Ok(())
}

/// Old and new gradient are weighed by the momentum, in the average and once more for the look ahead.
#[test]
fn two_gradients_are_weighed_by_the_momentum() -> Outcome {
    let (first, second) = (normal(1, &[4, 3], DType::F32), normal(2, &[4, 3], DType::F32));
    for momentum in [0.5, 0.8, 0.95] {
        let mut average = first.zeros_like()?;
        muon_direction(&first, &mut average, momentum)?;
        let direction = muon_direction(&second, &mut average, momentum)?;
        let fresh = 1.0 - momentum;
        let remembered = ((&first * (fresh * momentum))? + (&second * fresh)?)?;
        assert!(distance(&average, &remembered) < 1e-6, "the average of momentum {momentum}");
        let ahead = ((&remembered * momentum)? + (&second * fresh)?)?;
        let expected = (newton_schulz(&ahead)? * shape_scale(4, 3))?;
        let difference = distance(&direction, &expected);
        assert!(difference < 1e-3, "at momentum {momentum} the direction is off by {difference}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(common::cases(24))]

    /// A steady gradient keeps its direction, however long the memory of the average.
    #[test]
    fn a_steady_gradient_is_followed_from_the_first_step(seed: u64, momentum in 0f64..0.99) {
        let gradient = normal(seed, &[6, 3], DType::F32);
        let expected = (newton_schulz(&gradient)? * shape_scale(6, 3))?;
        let mut average = gradient.zeros_like()?;
        for step in 1..4 {
            let direction = muon_direction(&gradient, &mut average, momentum)?;
            prop_assert!(distance(&direction, &expected) < 2e-3, "step {step} left the direction of a constant gradient");
        }
    }
}
