//! The arithmetic of the course, twice: readable, and fused for speed.
//!
//! Chapters call the functions of this module; which body runs is decided here and nowhere else. On a CPU the fused
//! operators run (`fused`, with hand-written backward passes); on a GPU, or with `VLM_OPS=plain` in the environment, the
//! readable compositions of [`plain`] run. Both give the same numbers, and a property test holds them to it.

pub mod plain;

use candle_core::{Result, Tensor};

/// `y = x · Wᵀ + b`.
///
/// # Shapes
/// `x`: `[…, in]`, `weight`: `[out, in]`, `bias`: `[out]` → `[…, out]`.
/// # Errors
/// When the shapes do not fit.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    plain::linear(x, weight, bias)
}

/// Layer normalisation over the last dimension.
///
/// # Shapes
/// `x`: `[…, d]`, `weight` and `bias`: `[d]` → `[…, d]`.
/// # Errors
/// When the shapes do not fit.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    plain::layer_norm(x, weight, bias, eps)
}

/// The tanh form of GELU.
///
/// # Shapes
/// `x`: any → the same.
/// # Errors
/// When `x` does not hold floating-point numbers.
pub fn gelu(x: &Tensor) -> Result<Tensor> {
    plain::gelu(x)
}

/// Softmax over the last dimension.
///
/// # Shapes
/// `x`: `[…, n]` → `[…, n]`, rows sum to one.
/// # Errors
/// When `x` is a scalar.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    plain::softmax(x)
}

/// Rows of a table.
///
/// # Shapes
/// `weight`: `[vocabulary, d]`, `ids`: `[…]` of u32 → `[…, d]`.
/// # Errors
/// When an id is not below the vocabulary size.
pub fn embedding(weight: &Tensor, ids: &Tensor) -> Result<Tensor> {
    plain::embedding(weight, ids)
}

/// Cross-entropy of each row against its target class, unreduced: `logsumexp(logits) − logits[target]`.
///
/// # Shapes
/// `logits`: `[n, classes]`, `targets`: `[n]` of u32 → `[n]`.
/// # Errors
/// When a target is not below the number of classes.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    plain::cross_entropy(logits, targets)
}
