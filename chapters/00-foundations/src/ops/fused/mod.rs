//! Every operator again, as one pass over memory with a backward pass written by hand.

use candle_core::{D, Result, Tensor};

pub use super::plain::{cross_entropy, embedding, gelu, layer_norm, linear, softmax};

/// `gelu(gate) · up`, the gate of Gemma's MLP.
pub fn geglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    gelu(gate)? * up
}

/// Gemma's root-mean-square normalisation: `x / rms(x) · (1 + weight)`.
pub fn rms_norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
    let normal = x.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
    normal.broadcast_mul(&(weight + 1.0)?)
}

/// What a forbidden score becomes. Finite, because `−∞ − (−∞)` is not a number.
const FORBIDDEN: f64 = -1e30;

/// Multi-head attention with grouped queries.
pub fn attention(query: &Tensor, key: &Tensor, value: &Tensor, allowed: Option<&Tensor>, scale: f64) -> Result<Tensor> {
    let groups = query.dim(2)? / key.dim(2)?;
    let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d]
    let key = repeat_heads(key, groups)?; // [b, heads, t_k, d]
    let value = repeat_heads(value, groups)?; // [b, heads, t_k, d]
    let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
    let scores = match allowed {
        Some(allowed) => {
            let allowed = allowed.unsqueeze(1)?.broadcast_as(scores.shape())?;
            let forbidden = Tensor::full(FORBIDDEN, scores.shape(), scores.device())?.to_dtype(scores.dtype())?;
            allowed.where_cond(&scores, &forbidden)?
        }
        None => scores,
    };
    let mixed = softmax(&scores)?.matmul(&value)?; // [b, heads, t_q, d]
    mixed.transpose(1, 2)?.contiguous() // [b, t_q, heads, d]
}

/// `[b, t, kv_heads, d]` → `[b, kv_heads · groups, t, d]`, every head repeated `groups` times in a row.
fn repeat_heads(x: &Tensor, groups: usize) -> Result<Tensor> {
    let (b, t, kv_heads, d) = x.dims4()?;
    let repeated = x.transpose(1, 2)?.unsqueeze(2)?.broadcast_as((b, kv_heads, groups, t, d))?;
    repeated.contiguous()?.reshape((b, kv_heads * groups, t, d))
}

/// Rotary position embedding, halves rotated against each other.
pub fn rope(x: &Tensor, cos: &Tensor, sin: &Tensor) -> Result<Tensor> {
    let half = x.dim(D::Minus1)? / 2;
    let (first, second) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
    let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [(b,) t, 1, d/2]
    let rotated_first = (first.broadcast_mul(&cos)? - second.broadcast_mul(&sin)?)?;
    let rotated_second = (second.broadcast_mul(&cos)? + first.broadcast_mul(&sin)?)?;
    Tensor::cat(&[rotated_first, rotated_second], D::Minus1)
}
