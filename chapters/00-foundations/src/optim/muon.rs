//! Muon: the step for a matrix is the nearest orthogonal matrix to its momentum.
//!
//! The momentum of a weight matrix is usually dominated by a few directions. Muon replaces its singular values by ones:
//! every direction that the gradient knows of gets a step of the same length. That needs no singular value
//! decomposition; five rounds of matrix products come close enough.
//!
//! # Source
//! Keller Jordan 2024, "Muon: An optimizer for hidden layers in neural networks", and its reference code. Of the variants
//! in use we take the original one, which multiplies the step by `√max(1, rows / columns)`.

use candle_core::{DType, Result, Tensor};

/// Rounds of the iteration.
const ROUNDS: usize = 5;

/// The coefficients of the odd polynomial `a·s + b·s³ + c·s⁵` that each round applies to every singular value `s`. It
/// climbs steeply from zero and then stays between about 0.7 and 1.2: exact ones would take more rounds and train no better.
const COEFFICIENTS: (f64, f64, f64) = (3.4445, -4.7750, 2.0315);

/// Pushes all singular values of a matrix towards one and keeps its singular vectors.
///
/// # Shapes
/// `matrix`: `[rows, columns]` → the same, in f32.
/// # Errors
/// When `matrix` is not a matrix.
pub fn newton_schulz(matrix: &Tensor) -> Result<Tensor> {
    // ANCHOR: newton_schulz
    let (rows, columns) = matrix.dims2()?;
    let tall = rows > columns;
    // The products below are square in the number of rows, so work on the lying form.
    let mut x = if tall { matrix.t()?.contiguous()? } else { matrix.clone() }.to_dtype(DType::F32)?; // [short, long]
    x = unit_norm(&x)?; // singular values are now at most 1
    let (a, b, c) = COEFFICIENTS;
    for _ in 0..ROUNDS {
        let gram = x.matmul(&x.t()?)?; // [short, short]
        let polynomial = ((&gram * b)? + (gram.matmul(&gram)? * c)?)?; // [short, short]
        x = ((&x * a)? + polynomial.matmul(&x)?)?; // [short, long]
    }
    if tall { x.t()?.contiguous() } else { Ok(x) }
    // ANCHOR_END: newton_schulz
}

/// The matrix divided by its Frobenius norm, which is never less than its largest singular value. A zero matrix stays zero.
fn unit_norm(matrix: &Tensor) -> Result<Tensor> {
    // ANCHOR: unit_norm
    let norm = matrix.sqr()?.sum_all()?.sqrt()?;
    matrix.broadcast_div(&norm.maximum(f64::from(f32::MIN_POSITIVE))?)
    // ANCHOR_END: unit_norm
}

/// How much longer a tall matrix's step is: an orthogonal `[rows, columns]` matrix with `rows > columns` moves an output by
/// `√(columns / rows)` of what a square one does.
pub fn shape_scale(rows: usize, columns: usize) -> f64 {
    // ANCHOR: shape_scale
    (rows as f64 / columns as f64).max(1.0).sqrt()
    // ANCHOR_END: shape_scale
}

/// Updates the running average of the gradient and returns the direction of the step (to be subtracted).
///
/// Nesterov's momentum looks one step ahead: it mixes the fresh gradient once more into the average.
///
/// # Shapes
/// `gradient` and `average`: `[rows, columns]` → the same.
/// # Errors
/// When the two have different shapes, or are not matrices.
pub fn muon_direction(gradient: &Tensor, average: &mut Tensor, momentum: f64) -> Result<Tensor> {
    // ANCHOR: muon_direction
    *average = ((&*average * momentum)? + (gradient * (1.0 - momentum))?)?;
    let ahead = ((&*average * momentum)? + (gradient * (1.0 - momentum))?)?;
    let (rows, columns) = ahead.dims2()?;
    (newton_schulz(&ahead)? * shape_scale(rows, columns))?.to_dtype(gradient.dtype())
    // ANCHOR_END: muon_direction
}
