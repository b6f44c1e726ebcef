//! Layer normalisation: every token's features get mean 0 and variance 1, then a learned scale and shift.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Init, VarBuilder};

use crate::ops;

/// Layer normalisation over the last dimension.
///
/// candle-nn has a `LayerNorm` too, but its forward pass cuts the gradient: everything before it would stop learning.
///
/// # Source
/// Ba et al. 2016, arXiv 1607.06450, equation 4.
#[derive(Debug, Clone)]
pub struct LayerNorm {
    weight: Tensor, // [d]
    bias: Tensor,   // [d]
    eps: f64,
}

impl LayerNorm {
    /// Scale 1, shift 0.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(features: usize, eps: f64, vb: VarBuilder) -> Result<Self> {
        let weight = vb.get_with_hints(features, "weight", Init::Const(1.0))?;
        let bias = vb.get_with_hints(features, "bias", Init::Const(0.0))?;
        Ok(Self { weight, bias, eps })
    }

    /// `(x − mean) / √(variance + eps) · weight + bias`.
    ///
    /// # Shapes
    /// `x`: `[…, d]` → `[…, d]`.
    /// # Errors
    /// When the last dimension of `x` is not `d`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        ops::layer_norm(x, &self.weight, &self.bias, self.eps)
    }
}

impl Module for LayerNorm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        LayerNorm::forward(self, x)
    }
}
