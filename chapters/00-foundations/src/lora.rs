//! LoRA: train a thin correction beside a frozen weight.
//!
//! A weight `W` of shape `[out, in]` stays as it is; what is learned is `B · A` with `A: [rank, in]` and
//! `B: [out, rank]`. With rank 4 and a 128 × 128 weight that is 1,024 numbers instead of 16,384.
//! `B` starts at zero, so before the first step the layer computes exactly what it did without LoRA.
//!
//! # Source
//! Hu et al. 2021, arXiv 2106.09685, §4.1.

use candle_core::{Result, Tensor};
use candle_nn::{Init, VarBuilder};
use serde::{Deserialize, Serialize};

use crate::ops;

/// The size of a low-rank correction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LoraConfig {
    /// Rank of the correction.
    pub rank: usize,
    /// The correction is multiplied by `alpha / rank`.
    pub alpha: f64,
}

/// The two thin matrices beside one weight.
#[derive(Debug, Clone)]
pub struct LoraAdapter {
    a: Tensor, // [rank, in]
    b: Tensor, // [out, rank]
    scale: f64,
}

impl LoraAdapter {
    /// `lora_a` random, `lora_b` zero.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(in_features: usize, out_features: usize, config: &LoraConfig, vb: VarBuilder) -> Result<Self> {
        let init = Init::Randn { mean: 0.0, stdev: (1.0 / in_features as f64).sqrt() };
        Ok(Self {
            a: vb.get_with_hints((config.rank, in_features), "lora_a", init)?,
            b: vb.get_with_hints((out_features, config.rank), "lora_b", Init::Const(0.0))?,
            scale: config.alpha / config.rank as f64,
        })
    }

    /// The correction `(alpha / rank) · x · Aᵀ · Bᵀ`.
    ///
    /// # Shapes
    /// `x`: `[…, in]` → `[…, out]`.
    /// # Errors
    /// When the last dimension of `x` is not `in`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        // ANCHOR: lora_forward
        let narrow = ops::linear(x, &self.a, None)?; // [.., rank]
        ops::linear(&narrow, &self.b, None)? * self.scale // [.., out]
        // ANCHOR_END: lora_forward
    }
}
