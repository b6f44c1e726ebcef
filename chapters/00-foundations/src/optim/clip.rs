//! Clipping by the global norm: all gradients together form one long vector; if it is too long, shorten it.
//!
//! Shortening keeps the direction. Clipping each number or each tensor on its own would turn the step.
//!
//! # Source
//! Pascanu et al. 2013, arXiv 1211.5063, algorithm 1.

use candle_core::{DType, Result, Tensor};

/// The Euclidean norm of each tensor.
///
/// # Errors
/// When a tensor does not hold floating-point numbers.
pub fn norms(gradients: &[Tensor]) -> Result<Vec<f64>> {
    // ANCHOR: norms
    if gradients.is_empty() {
        return Ok(Vec::new());
    }
    let squares = gradients.iter().map(|gradient| gradient.sqr()?.sum_all()?.to_dtype(DType::F64));
    // One transfer for all of them: on a GPU, asking for each number in turn would wait each time.
    let squares = Tensor::stack(&squares.collect::<Result<Vec<_>>>()?, 0)?; // [tensors]
    squares.sqrt()?.to_vec1()
    // ANCHOR_END: norms
}

/// The norm of one long vector, from the norms of its pieces.
pub fn global_norm(norms: &[f64]) -> f64 {
    // ANCHOR: global_norm
    norms.iter().map(|norm| norm * norm).sum::<f64>().sqrt()
    // ANCHOR_END: global_norm
}

/// What to multiply every gradient by, so that the global norm is at most `max_norm`.
pub fn clip_factor(norm: f64, max_norm: f64) -> f64 {
    // ANCHOR: clip_factor
    if norm > max_norm { max_norm / norm } else { 1.0 }
    // ANCHOR_END: clip_factor
}
