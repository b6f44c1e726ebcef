//! Newton and Schulz's iteration: directions stay, their weights become one.

mod common;

use candle_core::{DType, Result, Tensor};
use common::{Outcome, device, distance, normal, numbers};
use foundations::optim::newton_schulz::{fused, newton_schulz, plain};
use foundations::random::{generator, uniform};
use proptest::prelude::*;

/// One way of computing the iteration.
type Form = fn(&Tensor) -> Result<Tensor>;

/// The form that training uses on the device under test, and the readable one.
const FORMS: [Form; 2] = [newton_schulz, plain];

/// By number: the address of a function, which a failure would print, is another in every run.
fn forms() -> impl Strategy<Value = usize> {
    0..FORMS.len()
}

fn sizes() -> impl Strategy<Value = (usize, usize)> {
    (1usize..9, 1usize..9)
}

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

/// A step of zero along a zero gradient, and no 0/0.
#[test]
fn a_zero_gradient_gives_a_zero_step() -> Outcome {
    let zero = Tensor::zeros((3, 5), DType::F32, &device())?;
    for form in FORMS {
        assert_eq!(numbers(&form(&zero)?), vec![0.0; 15], "nothing to orthogonalise: nothing to do");
    }
    Ok(())
}

/// Of a matrix that no gradient reaches any more, the momentum shrinks with each step, in the end below what can be squared:
/// 1e-24 squared is zero in f32. Still nothing but the directions counts, and a power of two changes no digit.
#[test]
fn the_size_of_a_gradient_does_not_count() -> Outcome {
    for form in FORMS {
        let matrix = normal(5, &[3, 5], DType::F32);
        let expected = numbers(&form(&matrix)?);
        for exponent in [-120, -80, -50, -3, 3, 30] {
            let found = numbers(&form(&(&matrix * 2f64.powi(exponent))?)?);
            assert_eq!(found, expected, "times 2 to the {exponent}");
        }
    }
    Ok(())
}

/// Weak directions are lifted too: one that carries 0.5 % of the strongest is multiplied by `3.4445⁵ ≈ 485` at most, and
/// five rounds are just enough for that. Each end is `a·s + b·s³ + c·s⁵`, five times, of one number.
#[test]
fn five_rounds_lift_a_direction_two_hundred_times_weaker() -> Outcome {
    for form in FORMS {
        let lifted = numbers(&form(&diagonal(&[1.0, 0.005], 2, 2)?)?);
        assert!((0.67..1.17).contains(&lifted[0]), "the strong direction became {}", lifted[0]);
        assert!((0.67..1.17).contains(&lifted[3]), "the weak direction became {}", lifted[3]);
        let round = |s: f64| 3.4445 * s - 4.7750 * s.powi(3) + 2.0315 * s.powi(5);
        for (found, weight) in [(lifted[0], 1.0), (lifted[3], 0.005)] {
            let norm = (1.0 + 0.005f64.powi(2)).sqrt();
            let expected = (0..5).fold(weight / norm, |s, _| round(s));
            assert!((found - expected).abs() < 1e-3, "five rounds make {expected} of {weight}, not {found}");
        }
    }
    Ok(())
}

/// A vector has no singular values to even out; it is refused, not reshaped.
#[test]
fn what_is_not_a_matrix_is_refused() {
    for form in FORMS {
        assert!(form(&normal(1, &[5], DType::F32)).is_err());
        assert!(form(&normal(1, &[2, 2, 2], DType::F32)).is_err());
    }
}

proptest! {
    #![proptest_config(common::cases(32))]

    /// A matrix `U · diag(s) · Vᵀ` with singular values between 0.1 and 1 becomes `U · diag(t) · Vᵀ` with all `t` near 1.
    /// (Five rounds bring any value above 0.005 of the norm to between 0.68 and 1.16.)
    #[test]
    fn singular_values_end_near_one_and_directions_stay(seed: u64, (rows, columns) in sizes(), form in forms()) {
        let form = FORMS[form];
        let rng = &mut generator(seed, "singular values");
        let before = uniform(rows.min(columns), 0.1, 1.0, DType::F32, &device(), rng)?.to_vec1()?;
        let (u, v) = (orthogonal(seed, rows)?, orthogonal(seed.wrapping_add(1), columns)?);
        let matrix = u.matmul(&diagonal(&before, rows, columns)?)?.matmul(&v.t()?)?;
        let after = u.t()?.matmul(&form(&matrix)?)?.matmul(&v)?; // [rows, columns], diagonal again
        for (index, value) in numbers(&after).into_iter().enumerate() {
            if index / columns == index % columns {
                prop_assert!((0.67..1.17).contains(&value), "a singular value became {value}; expected about 1");
            } else {
                prop_assert!(value.abs() < 1e-3, "the step left the matrix's own directions by {value}");
            }
        }
    }

    /// Rotating inputs and outputs rotates the step: Muon prefers no axis. (Adam does.)
    #[test]
    fn rotating_the_gradient_rotates_the_step(seed: u64, (rows, columns) in sizes(), form in forms()) {
        let form = FORMS[form];
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let (left, right) = (orthogonal(seed.wrapping_add(1), rows)?, orthogonal(seed.wrapping_add(2), columns)?);
        let rotated_first = form(&left.matmul(&gradient)?.matmul(&right)?)?;
        let rotated_last = left.matmul(&form(&gradient)?)?.matmul(&right)?;
        let difference = distance(&rotated_first, &rotated_last);
        // Five rounds magnify rounding errors along small singular values by up to 3.4445⁵ ≈ 485.
        prop_assert!(difference < 2e-3, "rotating before and after differ by {difference}");
    }

    /// Tall matrices are handled lying down; nobody may notice.
    #[test]
    fn transposing_the_gradient_transposes_the_step(seed: u64, (rows, columns) in sizes(), form in forms()) {
        let form = FORMS[form];
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let lying = form(&gradient.t()?.contiguous()?)?;
        prop_assert!(distance(&lying.t()?, &form(&gradient)?) < 2e-3, "the two orientations disagree");
    }

    /// The size of the gradient, and so of the loss, does not matter at all.
    #[test]
    fn scaling_the_gradient_changes_nothing(seed: u64, size in -9f64..9.0, (rows, columns) in sizes(), form in forms()) {
        let form = FORMS[form];
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let scaled = (&gradient * 10f64.powf(size))?;
        let difference = distance(&form(&gradient)?, &form(&scaled)?);
        prop_assert!(difference < 1e-3, "multiplying the gradient by 1e{size:.1} changed the step by {difference}");
    }

    /// The form that training uses gives what the readable one gives, in any shape and from any strides.
    #[test]
    fn the_two_forms_agree(seed: u64, rows in 1usize..40, columns in 1usize..40, transposed: bool) {
        let gradient = normal(seed, &[rows, columns], DType::F32);
        let gradient = if transposed { gradient.t()? } else { gradient };
        // By name on a CPU: with VLM_OPS=plain, `newton_schulz` is the readable form itself.
        let fast = if gradient.device().is_cpu() { fused(&gradient)? } else { newton_schulz(&gradient)? };
        let difference = distance(&fast, &plain(&gradient)?);
        prop_assert!(difference < 2e-3, "the two forms differ by {difference}");
    }
}
