//! RMSNorm: keep a token's direction, fix its length, then stretch every feature by `1 + w`.
//!
//! Layer normalisation also subtracts the mean; leaving that out costs nothing in quality and saves a pass over the
//! data. Gemma stores the stretch as a *difference from one*: a weight of zero means "leave it", which is where weights
//! start. Read with the usual `· w`, a new model is silent, and a published one answers nonsense.

use candle_core::{D, DType, Module, Result, Tensor};
use foundations::{Init, VarBuilder, ops};

/// `x / √(mean(x²) + eps) · (1 + weight)`, over the last dimension.
///
/// # Shapes
/// `x`: `[…, d]`, `weight`: `[d]`, brought to the type of `x` → `[…, d]`.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// Zhang and Sennrich 2019, arXiv 1910.07467, equation 4; `1 + w` as in Gemma's published code.
pub fn rms_norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    let weight = &weight.to_dtype(x.dtype())?;
    if ops::fused_for(x) { ops::fused::rms_norm(x, weight, eps) } else { rms_norm_plain(x, weight, eps) }
}

/// [`rms_norm`] as a composition. It squares, so half-precision input is widened to f32 on the way: 300² already
/// overflows f16, and bf16 keeps only eight bits of the mean.
///
/// # Shapes
/// As [`rms_norm`].
/// # Errors
/// When the shapes do not fit.
pub fn rms_norm_plain(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    // ANCHOR: rms_norm
    let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
    let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
    let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
    let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
    unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype()) // [.., d]
    // ANCHOR_END: rms_norm
}

/// [`rms_norm`] with a learned weight.
#[derive(Debug, Clone)]
pub struct RmsNorm {
    weight: Tensor, // [d]
    eps: f64,
}

impl RmsNorm {
    /// Starts at `w = 0`, that is, with every feature stretched by one.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(features: usize, eps: f64, vb: VarBuilder) -> Result<Self> {
        Ok(Self { weight: vb.get_with_hints(features, "weight", Init::Const(0.0))?, eps })
    }

    /// See [`rms_norm`].
    ///
    /// # Shapes
    /// `x`: `[…, d]` → `[…, d]`.
    /// # Errors
    /// When the last dimension of `x` is not `d`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        rms_norm(x, &self.weight, self.eps)
    }
}

impl Module for RmsNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        RmsNorm::forward(self, x)
    }
}
