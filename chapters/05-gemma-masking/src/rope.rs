//! Rotary positions: a position is a rotation.
//!
//! The features of a head are taken as `d/2` points in the plane, and the point number `i` of the token at position `p`
//! is turned by the angle `p · θ^(−2i/d)`: the first points are fast hands of a clock, the last ones slow. A query at
//! position `p` and a key at position `q` then meet at the angle of `p − q`: the attention score knows the *distance*
//! of two tokens and nothing else. Moving a whole sequence by 100 positions changes no score, which is why it does not
//! matter that one implementation of PaliGemma counts from 0 and another from 1.
//!
//! Which features form a point? Gemma pairs feature `i` with feature `i + d/2` (*split halves*); the paper pairs `2i`
//! with `2i + 1` (*interleaved*). Each is right with weights trained that way, and nonsense with the other's.

use candle_core::{D, DType, Result, Tensor};
use foundations::ops;

/// Cosine and sine of every rotation, in f32: bf16 cannot tell position 256 from 257.
#[derive(Debug, Clone)]
pub struct RotaryTables {
    /// Cosines, `[t, d/2]` or `[b, t, d/2]`.
    pub cos: Tensor,
    /// Sines, of the same shape.
    pub sin: Tensor,
}

/// The rotations for tokens at `positions`.
///
/// # Shapes
/// `positions`: `[t]`, or `[b, t]` where rows count differently, of u32 → two tables `[…, head_dim/2]` of f32.
/// # Errors
/// When the tensors cannot be made on the device of `positions`.
/// # Source
/// Su et al. 2021, arXiv 2104.09864, equation 15.
pub fn rotary_tables(positions: &Tensor, head_dim: usize, theta: f64) -> Result<RotaryTables> {
    // ANCHOR: rotary_tables
    let pairs = head_dim / 2;
    let speeds: Vec<f32> = (0..pairs).map(|i| theta.powf(-2.0 * i as f64 / head_dim as f64) as f32).collect();
    let speeds = Tensor::from_vec(speeds, pairs, positions.device())?; // [d/2]
    let positions = positions.to_dtype(DType::F32)?.unsqueeze(D::Minus1)?; // [.., t, 1]
    let angles = positions.broadcast_mul(&speeds)?; // [.., t, d/2]
    Ok(RotaryTables { cos: angles.cos()?, sin: angles.sin()? })
    // ANCHOR_END: rotary_tables
}

/// Turns every head of every token by its position.
///
/// # Shapes
/// `x`: `[b, t, heads, d]`, tables: `[t, d/2]` or `[b, t, d/2]` → `[b, t, heads, d]`.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// arXiv 2104.09864, equation 34, with the pairs split in halves as in Gemma's published code.
pub fn apply_rope(x: &Tensor, tables: &RotaryTables) -> Result<Tensor> {
    let (cos, sin) = (tables.cos.to_dtype(x.dtype())?, tables.sin.to_dtype(x.dtype())?);
    if ops::fused_for(x) { ops::fused::rope(x, &cos, &sin) } else { apply_rope_plain(x, &cos, &sin) }
}

/// [`apply_rope`] as a composition, with the tables in the type of `x`.
///
/// # Shapes
/// `x`: `[b, t, heads, d]`, `cos` and `sin`: `[t, d/2]` or `[b, t, d/2]` → `[b, t, heads, d]`.
/// # Errors
/// When the shapes do not fit.
pub fn apply_rope_plain(x: &Tensor, cos: &Tensor, sin: &Tensor) -> Result<Tensor> {
    // ANCHOR: apply_rope
    let half = x.dim(D::Minus1)? / 2;
    let (across, up) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
    let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [.., t, 1, d/2]
    let turned_across = (across.broadcast_mul(&cos)? - up.broadcast_mul(&sin)?)?; // [b, t, heads, d/2]
    let turned_up = (up.broadcast_mul(&cos)? + across.broadcast_mul(&sin)?)?; // [b, t, heads, d/2]
    Tensor::cat(&[turned_across, turned_up], D::Minus1) // [b, t, heads, d]
    // ANCHOR_END: apply_rope
}
