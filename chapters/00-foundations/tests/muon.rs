//! Muon: the step for a matrix keeps its directions and evens out its singular values.

mod common;

use candle_core::{DType, Result, Tensor};
use common::{Outcome, device, distance, normal, numbers};
use foundations::optim::muon::{muon_direction, newton_schulz, shape_scale};
use proptest::prelude::*;

/// An orthogonal matrix: Gram and Schmidt's procedure on the rows of a random one.
fn orthogonal(seed: u64, size: usize) -> Result<Tensor> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let random = numbers(&normal(seed, &[size, size], DType::F64));
    for row in random.chunks(size) {
        let mut row = row.to_vec();
        // Twice, so that rounding errors of the first pass are removed too.
        for _ in 0..2 {
            for earlier in &rows {
                let overlap: f64 = row.iter().zip(earlier).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(earlier).for_each(|(a, b)| *a -= overlap * b);
            }
        }
        let norm = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        rows.push(row.into_iter().map(|a| a / norm).collect());
    }
    Tensor::from_vec(rows.concat(), (size, size), &device())?.to_dtype(DType::F32)
}

/// A `[rows, columns]` matrix with the given numbers on its diagonal.
fn diagonal(values: &[f32], rows: usize, columns: usize) -> Result<Tensor> {
    let cell = |index| if index / columns == index % columns { values[index / columns] } else { 0.0 };
    Tensor::from_vec((0..rows * columns).map(cell).collect(), (rows, columns), &device())
}

fn sizes() -> impl Strategy<Value = (usize, usize)> {
    (1usize..9, 1usize..9)
}

/// A step of zero along a zero gradient, and no 0/0.
#[test]
fn a_zero_gradient_gives_a_zero_step() -> Outcome {
    let zero = Tensor::zeros((3, 5), DType::F32, &device())?;
    assert_eq!(numbers(&newton_schulz(&zero)?), vec![0.0; 15], "nothing to orthogonalise: nothing to do");
    Ok(())
}

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

/// A matrix `U · diag(s) · Vᵀ` becomes `U · diag(t) · Vᵀ`: same directions, all of about the same weight.
fn check_singular_values(seed: u64, (rows, columns): (usize, usize)) -> std::result::Result<(), TestCaseError> {
    let short = rows.min(columns);
    let spread = foundations::random::uniform(
        short,
        0.1,
        1.0,
        DType::F32,
        &device(),
        &mut foundations::random::generator(seed, "s"),
    )?;
    let (u, v) = (orthogonal(seed, rows)?, orthogonal(seed.wrapping_add(1), columns)?);
    let matrix = u.matmul(&diagonal(&spread.to_vec1()?, rows, columns)?)?.matmul(&v.t()?)?;
    let values = u.t()?.matmul(&newton_schulz(&matrix)?)?.matmul(&v)?; // [rows, columns], diagonal again
    for (index, value) in numbers(&values).into_iter().enumerate() {
        if index / columns == index % columns {
            prop_assert!((0.67..1.17).contains(&value), "a singular value became {value}; expected about 1");
        } else {
            prop_assert!(value.abs() < 1e-3, "the step left the matrix's own directions by {value}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Singular values between 0.1 and 1 all end near 1, and singular vectors stay.
    #[test]
    fn singular_values_end_near_one(seed: u64, size in sizes()) {
        check_singular_values(seed, size)?;
    }

    /// Rotating inputs and outputs rotates the step: Muon prefers no axis. (Adam does.)
    #[test]
    fn rotating_the_gradient_rotates_the_step(seed: u64, (rows, columns) in sizes()) {
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let (left, right) = (orthogonal(seed.wrapping_add(1), rows)?, orthogonal(seed.wrapping_add(2), columns)?);
        let rotated_first = newton_schulz(&left.matmul(&gradient)?.matmul(&right)?)?;
        let rotated_last = left.matmul(&newton_schulz(&gradient)?)?.matmul(&right)?;
        // Five rounds magnify rounding errors along small singular values by up to 3.4445⁵ ≈ 485.
        prop_assert!(distance(&rotated_first, &rotated_last) < 2e-3, "differ by {}", distance(&rotated_first, &rotated_last));
    }

    /// Tall matrices are handled lying down; nobody may notice.
    #[test]
    fn transposing_the_gradient_transposes_the_step(seed: u64, (rows, columns) in sizes()) {
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let lying = newton_schulz(&gradient.t()?.contiguous()?)?;
        prop_assert!(distance(&lying.t()?, &newton_schulz(&gradient)?) < 2e-3, "the two orientations disagree");
    }

    /// The size of the gradient, and so of the loss, does not matter at all.
    #[test]
    fn scaling_the_gradient_changes_nothing(seed: u64, size in -9f64..9.0, (rows, columns) in sizes()) {
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let scaled = (&gradient * 10f64.powf(size))?;
        let difference = distance(&newton_schulz(&gradient)?, &newton_schulz(&scaled)?);
        prop_assert!(difference < 1e-3, "the step changed by {difference} when the gradient was multiplied by 1e{size:.1}");
    }

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
