//! One block of the Transformer: look around, then think; each step *adds* to what the token already holds.
//!
//! The norm comes before each step (pre-norm), so a straight path of additions leads from the last block to the first,
//! and gradients travel along it unharmed.
//!
//! # Source
//! Xiong et al. 2020, arXiv 2002.04745, figure 1b.

use candle_core::{Result, Tensor};
use foundations::{LayerNorm, VarBuilder};

use crate::attention::MultiHeadAttention;
use crate::encoder::EncoderConfig;
use crate::mlp::Mlp;

/// A pre-norm block.
#[derive(Debug, Clone)]
pub struct EncoderLayer {
    layer_norm1: LayerNorm,
    self_attn: MultiHeadAttention,
    layer_norm2: LayerNorm,
    mlp: Mlp,
}

impl EncoderLayer {
    /// A block with the names of a SigLIP checkpoint.
    ///
    /// # Errors
    /// When the builder holds a tensor of one of the names with another shape.
    pub fn new(config: &EncoderConfig, vb: VarBuilder) -> Result<Self> {
        let d = config.hidden_size;
        Ok(Self {
            layer_norm1: LayerNorm::new(d, config.layer_norm_eps, vb.pp("layer_norm1"))?,
            self_attn: MultiHeadAttention::new(d, config.num_attention_heads, vb.pp("self_attn"))?,
            layer_norm2: LayerNorm::new(d, config.layer_norm_eps, vb.pp("layer_norm2"))?,
            mlp: Mlp::new(d, config.intermediate_size, vb.pp("mlp"))?,
        })
    }

    /// The same block with its matrices rounded to eight bits.
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self { self_attn: self.self_attn.quantised()?, mlp: self.mlp.quantised()?, ..self })
    }

    /// `x + attention(norm(x))`, then `x + mlp(norm(x))`.
    ///
    /// # Shapes
    /// `x`: `[b, t, d]`, `allowed`: `[b or 1, t, t]` of u8 → `[b, t, d]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(&self, x: &Tensor, allowed: Option<&Tensor>) -> Result<Tensor> {
        // ANCHOR: encoder_layer_forward
        let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, allowed)?; // [b, t, d]
        let x = (x + looked)?; // [b, t, d]
        let thought = self.mlp.forward(&self.layer_norm2.forward(&x)?)?; // [b, t, d]
        x + thought // [b, t, d]
        // ANCHOR_END: encoder_layer_forward
    }
}
