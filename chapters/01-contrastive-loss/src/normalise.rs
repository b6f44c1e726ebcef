//! Only the direction of an embedding counts.
//!
//! Without this step an encoder could raise a similarity by making its vectors longer, which says nothing about the
//! picture. With it, the dot product of two embeddings is the cosine of the angle between them.

use candle_core::{D, Result, Tensor};

/// Added to the squared length: a vector of zeros stays zero instead of becoming 0/0, and the square root keeps a
/// finite slope there. A vector of length one changes by less than f32 can show.
const EPSILON: f64 = 1e-12;

/// Divides every row by its length (L2 norm).
///
/// # Shapes
/// `x`: `[…, d]` → `[…, d]`.
/// # Errors
/// When `x` is a scalar or does not hold floating-point numbers.
pub fn normalise(x: &Tensor) -> Result<Tensor> {
    // ANCHOR: normalise
    let squared_length = x.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
    x.broadcast_div(&(squared_length + EPSILON)?.sqrt()?) // [.., d]
    // ANCHOR_END: normalise
}
