//! The arithmetic of the course, twice: readable, and fused for speed.
//!
//! Chapters call plain functions; which body runs is decided by [`fused_for`] and nowhere else. On a CPU the operators
//! of [`fused`] run, with backward passes written by hand; on a GPU, or with `VLM_OPS=plain` in the environment, the
//! readable compositions of [`plain`] run. Both give the same numbers, and a property test holds them to it.
//!
//! What is stored in half precision (bf16, f16) and does not fit the type of `x` is read by [`streaming`] while nobody
//! learns from it, and widened as a whole by the readable composition otherwise; see [`working_type`].
//!
//! A later chapter that teaches an operator keeps its readable twin beside the lesson, and chooses in the same way:
//!
//! ```
//! use candle_core::{Result, Tensor};
//! use foundations::ops;
//!
//! pub fn softmax(x: &Tensor) -> Result<Tensor> {
//!     if ops::fused_for(x) { ops::fused::softmax(x) } else { ops::plain::softmax(x) }
//! }
//! ```

pub mod fused;
pub mod plain;
pub mod streaming;

use std::sync::OnceLock;

use candle_core::{DType, Device, Result, Tensor};

/// `VLM_OPS` holds something else than its two names.
#[derive(Debug, thiserror::Error)]
#[error("VLM_OPS is '{0}'; set it to fused or plain")]
pub struct UnknownOps(String);

/// What the environment variable `VLM_OPS` asks for: `fused` (the default) or `plain`.
///
/// # Errors
/// When it holds another word.
pub fn fused_wanted() -> std::result::Result<bool, UnknownOps> {
    match std::env::var("VLM_OPS").unwrap_or_default().as_str() {
        "fused" | "" => Ok(true),
        "plain" => Ok(false),
        other => Err(UnknownOps(other.to_owned())),
    }
}

/// Whether the fused operators run on `x`: they are written for `f32` and `f64` on the CPU, and `VLM_OPS=plain` switches
/// them off, so that learners can train on the bodies that they wrote themselves.
///
/// # Panics
/// When `VLM_OPS` holds neither of its names; a command should ask [`fused_wanted`] first.
pub fn fused_for(x: &Tensor) -> bool {
    fused_operators_wanted() && x.device().is_cpu() && matches!(x.dtype(), DType::F32 | DType::F64)
}

fn fused_operators_wanted() -> bool {
    static WANTED: OnceLock<bool> = OnceLock::new();
    *WANTED.get_or_init(|| fused_wanted().unwrap_or_else(|error| panic!("{error}")))
}

/// The type to compute in with parameters stored as `stored`. A CPU has no arithmetic for bf16 and f16: there, activations
/// are f32, and only the large weights stay small. A GPU computes in the type that it is given.
pub fn working_type(stored: DType, device: &Device) -> DType {
    if device.is_cpu() && matches!(stored, DType::BF16 | DType::F16) { DType::F32 } else { stored }
}

/// `y = x · Wᵀ + b`. Gradients flow into all three; a weight in half precision is streamed while neither it nor
/// `x` wants one.
///
/// # Shapes
/// `x`: `[…, in]`, `weight`: `[out, in]`, `bias`: `[out]` → `[…, out]`, in the type of `x`.
/// # Errors
/// When the shapes do not fit.
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    if streaming::reads(x, weight) {
        streaming::linear(x, weight, bias)
    } else if fused_for(x) && weight.dtype() == x.dtype() {
        fused::linear(x, weight, bias)
    } else {
        plain::linear(x, weight, bias)
    }
}

/// Layer normalisation over the last dimension.
///
/// # Shapes
/// `x`: `[…, d]`, `weight` and `bias`: `[d]`, brought to the type of `x` → `[…, d]`.
/// # Errors
/// When the shapes do not fit.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    let width = x.dims().last().copied().unwrap_or(0);
    if weight.dims() != [width] || bias.dims() != [width] {
        candle_core::bail!(
            "layer_norm: rows of {width} need a weight and a bias of [{width}], not {:?} and {:?}",
            weight.dims(),
            bias.dims()
        );
    }
    let (weight, bias) = (&weight.to_dtype(x.dtype())?, &bias.to_dtype(x.dtype())?);
    if fused_for(x) { fused::layer_norm(x, weight, bias, eps) } else { plain::layer_norm(x, weight, bias, eps) }
}

/// The tanh form of GELU.
///
/// # Shapes
/// `x`: any → the same.
/// # Errors
/// When `x` does not hold floating-point numbers.
pub fn gelu(x: &Tensor) -> Result<Tensor> {
    if fused_for(x) { fused::gelu(x) } else { plain::gelu(x) }
}

/// Softmax over the last dimension.
///
/// # Shapes
/// `x`: `[…, n]` → `[…, n]`, rows sum to one.
/// # Errors
/// When `x` is a scalar.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    if fused_for(x) { fused::softmax(x) } else { plain::softmax(x) }
}

/// Rows of a table.
///
/// # Shapes
/// `weight`: `[vocabulary, d]`, `ids`: `[…]` of u32 → `[…, d]`.
/// # Errors
/// When an id is not below the vocabulary size.
pub fn embedding(weight: &Tensor, ids: &Tensor) -> Result<Tensor> {
    if fused_for(weight) { fused::embedding(weight, ids) } else { plain::embedding(weight, ids) }
}

/// Cross-entropy of each row against its target class, unreduced: `logsumexp(logits) − logits[target]`.
///
/// # Shapes
/// `logits`: `[n, classes]`, `targets`: `[n]` of u32 → `[n]`.
/// # Errors
/// When a target is not below the number of classes.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    if fused_for(logits) { fused::cross_entropy(logits, targets) } else { plain::cross_entropy(logits, targets) }
}
