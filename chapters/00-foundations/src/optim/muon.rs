//! Muon: the step for a matrix is the nearest orthogonal matrix to its momentum.
//!
//! The momentum of a weight matrix is usually dominated by a few directions. Muon replaces its singular values by ones:
//! every direction that the gradient knows of gets a step of the same length. That needs no singular value
//! decomposition; five rounds of matrix products come close enough: see [`super::newton_schulz`].
//!
//! # Source
//! Keller Jordan 2024, "Muon: An optimizer for hidden layers in neural networks", and its reference code. Of the variants
//! in use we take the original one, which multiplies the step by `√max(1, rows / columns)`.

use candle_core::{Result, Tensor};

use super::newton_schulz::newton_schulz;

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
