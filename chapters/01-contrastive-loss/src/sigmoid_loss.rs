//! SigLIP: every pair is its own yes/no question, "do these two belong together?".
//!
//! `n` pairs must answer yes and `n² − n` must answer no. A pair's term depends on nothing but its own logit, so the sum
//! can be taken in any order and in pieces (see [`crate::chunked`]).
//!
//! With labels `z = ±1` the probability of the right answer is `σ(z·logit)`, and
//!
//! ```text
//! L = −(1/n) · Σᵢ Σⱼ log σ(zᵢⱼ · lᵢⱼ) = (1/n) · Σᵢ Σⱼ softplus(−zᵢⱼ · lᵢⱼ)
//! ```
//!
//! The sum has `n²` terms and is divided by `n`: it is the average *per picture*. Under plain gradient descent, dividing by
//! `n²` would shrink the pull of all pairs as the batch grows.

use std::ops::Range;

use candle_core::{DType, Device, Result, Tensor};
use foundations::ops;

use crate::clip_loss::batch_size;
use crate::fused_sigmoid_loss::fused_sigmoid_loss;

/// `ln(1 + exp(v))`, safe for any `v`: `max(v, 0) + ln(1 + exp(−|v|))` never raises e to a positive power.
/// In f32 the value is 0 from about −17 on, where the logarithm is of 1 + 1e-8; the slope, σ(v), is right there, too.
///
/// # Shapes
/// `v`: any → the same.
/// # Errors
/// When `v` does not hold floating-point numbers.
pub fn softplus(v: &Tensor) -> Result<Tensor> {
    // ANCHOR: softplus
    let correction = (v.abs()?.neg()?.exp()? + 1.0)?.log()?; // between 0 and ln 2
    v.relu()? + correction
    // ANCHOR_END: softplus
}

/// +1 on the diagonal, where picture and text belong together, −1 elsewhere: `2·eye − 1`.
///
/// # Shapes
/// → `[n, n]`.
/// # Errors
/// When the device cannot hold it.
pub fn pair_labels(n: usize, dtype: DType, device: &Device) -> Result<Tensor> {
    // ANCHOR: pair_labels
    pair_labels_for(n, 0..n, dtype, device) // [n, n]
    // ANCHOR_END: pair_labels
}

/// The columns `texts` of [`pair_labels`], made without the others: `[n, n]` is what the loss in pieces must never hold.
///
/// # Shapes
/// → `[n, texts.len()]`.
/// # Errors
/// When the device cannot hold it.
pub fn pair_labels_for(n: usize, texts: Range<usize>, dtype: DType, device: &Device) -> Result<Tensor> {
    // ANCHOR: pair_labels_for
    let image = Tensor::arange(0u32, n as u32, device)?.unsqueeze(1)?; // [n, 1]
    let text = Tensor::arange(texts.start as u32, texts.end as u32, device)?.unsqueeze(0)?; // [1, chunk]
    let belongs = image.broadcast_eq(&text)?.to_dtype(dtype)?; // [n, chunk] of 0 and 1
    belongs.affine(2.0, -1.0) // [n, chunk] of −1 and +1
    // ANCHOR_END: pair_labels_for
}

/// Sigmoid loss of SigLIP: fused on a CPU, [`sigmoid_loss_plain`] elsewhere.
///
/// # Shapes
/// `logits`: `[n, n]`, row = picture, column = text, the matching pair on the diagonal → scalar.
/// # Errors
/// When `logits` is not square, or empty.
/// # Source
/// SigLIP (arXiv 2303.15343), Algorithm 1.
pub fn sigmoid_loss(logits: &Tensor) -> Result<Tensor> {
    if ops::fused_for(logits) { fused_sigmoid_loss(logits) } else { sigmoid_loss_plain(logits) }
}

/// [`sigmoid_loss`] as a composition.
///
/// # Shapes
/// As [`sigmoid_loss`].
/// # Errors
/// As [`sigmoid_loss`].
pub fn sigmoid_loss_plain(logits: &Tensor) -> Result<Tensor> {
    // ANCHOR: sigmoid_loss
    let n = batch_size(logits)?;
    let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
    let surprise = softplus(&(labels * logits)?.neg()?)?; // [n, n], −log σ(z·l)
    surprise.sum_all()? / n as f64
    // ANCHOR_END: sigmoid_loss
}
