//! The linear layer: `y = x · Wᵀ + b`.

use candle_core::{Module, Result, Tensor};
use candle_nn::{Init, VarBuilder};

use crate::lora::{LoraAdapter, LoraConfig};
use crate::ops;
use crate::quantised::{BLOCK, QuantisedWeight};

/// A linear layer. Its weight is stored `[out, in]`, as PyTorch and the published checkpoints store it.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Weight,
    bias: Option<Tensor>, // [out]
    lora: Option<LoraAdapter>,
}

/// A weight, `[out, in]`, as it is kept.
#[derive(Debug, Clone)]
enum Weight {
    Exact(Tensor),
    /// For writing only.
    Quantised(QuantisedWeight),
}

impl Weight {
    fn dims(&self) -> Result<(usize, usize)> {
        match self {
            Self::Exact(weight) => weight.dims2(),
            Self::Quantised(weight) => Ok(weight.dims()),
        }
    }
}

/// Xavier (Glorot) initialisation: keeps the size of activations and of gradients about the same through a layer.
///
/// # Source
/// Glorot and Bengio 2010, equation 12 (variance `2 / (in + out)`).
pub fn xavier(in_features: usize, out_features: usize) -> Init {
    Init::Randn { mean: 0.0, stdev: (2.0 / (in_features + out_features) as f64).sqrt() }
}

impl Linear {
    /// A layer with a bias: Xavier weights, zero bias.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(in_features: usize, out_features: usize, vb: VarBuilder) -> Result<Self> {
        Self::with_init(in_features, out_features, xavier(in_features, out_features), true, vb)
    }

    /// A layer without a bias: Xavier weights.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn without_bias(in_features: usize, out_features: usize, vb: VarBuilder) -> Result<Self> {
        Self::with_init(in_features, out_features, xavier(in_features, out_features), false, vb)
    }

    /// A layer whose weight starts as `init` says; a bias, if wanted, starts at zero.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn with_init(in_features: usize, out_features: usize, init: Init, bias: bool, vb: VarBuilder) -> Result<Self> {
        let weight = vb.get_with_hints((out_features, in_features), "weight", init)?;
        let bias = if bias { Some(vb.get_with_hints(out_features, "bias", Init::Const(0.0))?) } else { None };
        Ok(Self { weight: Weight::Exact(weight), bias, lora: None })
    }

    /// The same layer with a trainable low-rank correction beside it.
    ///
    /// # Errors
    /// When the builder holds the adapter's tensors with another shape.
    pub fn with_lora(mut self, config: &LoraConfig, vb: VarBuilder) -> Result<Self> {
        let (out_features, in_features) = self.weight.dims()?;
        self.lora = Some(LoraAdapter::new(in_features, out_features, config, vb)?);
        Ok(self)
    }

    /// The same layer with its weight rounded to eight bits, for writing: see [`crate::quantised`]. Where `in` is not a
    /// multiple of [`BLOCK`] the weight stays as it is.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn quantised(mut self) -> Result<Self> {
        if let Weight::Exact(weight) = &self.weight
            && weight.dim(1)?.is_multiple_of(BLOCK)
        {
            self.weight = Weight::Quantised(QuantisedWeight::new(weight)?);
        }
        Ok(self)
    }

    /// `y = x · Wᵀ + b`, plus the low-rank correction if there is one.
    ///
    /// # Shapes
    /// `x`: `[…, in]` → `[…, out]`.
    /// # Errors
    /// When the last dimension of `x` is not `in`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = match &self.weight {
            Weight::Exact(weight) => ops::linear(x, weight, self.bias.as_ref())?, // [.., out]
            Weight::Quantised(weight) => weight.linear(x, self.bias.as_ref())?,   // [.., out]
        };
        match &self.lora {
            Some(lora) => y + lora.forward(x)?,
            None => Ok(y),
        }
    }
}

impl Module for Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Linear::forward(self, x)
    }
}
