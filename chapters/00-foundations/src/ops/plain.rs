//! Every operator as a composition of candle's differentiable functions: slow, obvious, and the test of its fused twin.

use candle_core::{D, DType, Result, Tensor};

/// See [`super::linear`].
pub fn linear(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    // ANCHOR: linear
    let (out_features, in_features) = weight.dims2()?;
    let mut shape = x.dims().to_vec();
    let rows = x.elem_count() / in_features.max(1);
    let weight = weight.to_dtype(x.dtype())?; // nothing happens where they agree, here and below
    let y = x.reshape((rows, in_features))?.matmul(&weight.t()?)?; // [rows, out]
    let y = match bias {
        Some(bias) => y.broadcast_add(&bias.to_dtype(x.dtype())?)?,
        None => y,
    };
    if let Some(last) = shape.last_mut() {
        *last = out_features;
    }
    y.reshape(shape) // [.., out]
    // ANCHOR_END: linear
}

/// See [`super::layer_norm`].
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    // ANCHOR: layer_norm
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?; // [.., d]
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
    let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
    normal.broadcast_mul(weight)?.broadcast_add(bias)
    // ANCHOR_END: layer_norm
}

/// See [`super::gelu`].
///
/// # Source
/// Hendrycks and Gimpel 2016, arXiv 1606.08415, §2: `0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`.
pub fn gelu(x: &Tensor) -> Result<Tensor> {
    // ANCHOR: gelu
    let root = (2.0 / std::f64::consts::PI).sqrt();
    let inner = ((x + (x.sqr()? * x)?.affine(0.044715, 0.0)?)? * root)?;
    x * (inner.tanh()? + 1.0)?.affine(0.5, 0.0)?
    // ANCHOR_END: gelu
}

/// See [`super::softmax`].
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    // ANCHOR: softmax
    // Subtracting the row's maximum changes nothing in the quotient and keeps exp from overflowing.
    let shifted = x.broadcast_sub(&x.max_keepdim(D::Minus1)?.detach())?;
    let weights = shifted.exp()?;
    weights.broadcast_div(&weights.sum_keepdim(D::Minus1)?)
    // ANCHOR_END: softmax
}

/// See [`super::embedding`].
pub fn embedding(weight: &Tensor, ids: &Tensor) -> Result<Tensor> {
    // ANCHOR: embedding
    let mut shape = ids.dims().to_vec();
    shape.push(weight.dim(1)?);
    weight.index_select(&ids.flatten_all()?, 0)?.reshape(shape) // [.., d]
    // ANCHOR_END: embedding
}

/// See [`super::cross_entropy`].
pub fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    // ANCHOR: cross_entropy
    let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?; // [n, classes]
    let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
    let of_target = shifted.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
    (log_total - of_target)?.squeeze(1) // [n]
    // ANCHOR_END: cross_entropy
}
