//! Multi-head attention pooling (MAP): one learned question, the *probe*, looks at all tokens and brings back one vector.
//!
//! An average would give each patch the same say, the sky as much as the dog. The probe learns where to look.
//!
//! # Source
//! Lee et al. 2019, Set Transformer, arXiv 1810.00825, §3.2 (pooling by attention with a learned query); for a ViT, Zhai et al.
//! 2021, arXiv 2106.04560, §3.2; big_vision `models/vit.py`, `MAPHead`. Names as in transformers'
//! `SiglipMultiheadAttentionPoolingHead`, where the three input projections are stored in one matrix.

use candle_core::{D, Result, Tensor};
use foundations::linear::xavier;
use foundations::{Init, LayerNorm, Linear, VarBuilder, ops};

use crate::attention::attention;
use crate::encoder::EncoderConfig;
use crate::mlp::Mlp;

/// The pooling head of SigLIP's vision tower.
#[derive(Debug, Clone)]
pub struct MapHead {
    probe: Tensor,          // [1, 1, d]
    in_proj_weight: Tensor, // [3·d, d]: query, key and value below one another
    in_proj_bias: Tensor,   // [3·d]
    out_proj: Linear,
    layernorm: LayerNorm,
    mlp: Mlp,
    num_attention_heads: usize,
}

impl MapHead {
    /// A head for tokens of an encoder with these sizes; the builder should point at `head`.
    ///
    /// # Errors
    /// When the sizes cannot be, or the builder holds a tensor of one of the names with another shape.
    pub fn new(config: &EncoderConfig, vb: VarBuilder) -> Result<Self> {
        config.validate()?;
        let d = config.hidden_size;
        let attention = vb.pp("attention");
        let probe_init = Init::Randn { mean: 0.0, stdev: (1.0 / d as f64).sqrt() };
        Ok(Self {
            probe: vb.get_with_hints((1, 1, d), "probe", probe_init)?,
            in_proj_weight: attention.get_with_hints((3 * d, d), "in_proj_weight", xavier(d, d))?,
            in_proj_bias: attention.get_with_hints(3 * d, "in_proj_bias", Init::Const(0.0))?,
            out_proj: Linear::new(d, d, attention.pp("out_proj"))?,
            layernorm: LayerNorm::new(d, config.layer_norm_eps, vb.pp("layernorm"))?,
            mlp: Mlp::new(d, config.intermediate_size, vb.pp("mlp"))?,
            num_attention_heads: config.num_attention_heads,
        })
    }

    /// All tokens of a picture as one vector.
    ///
    /// # Shapes
    /// `tokens`: `[b, n, d]` → `[b, d]`.
    /// # Errors
    /// When the last dimension of `tokens` is not `d`.
    pub fn forward(&self, tokens: &Tensor) -> Result<Tensor> {
        // ANCHOR: map_head_forward
        let (b, _, d) = tokens.dims3()?;
        let probe = self.probe.broadcast_as((b, 1, d))?; // [b, 1, d]
        let query = self.project(0, &probe)?; // [b, 1, heads, d_head]
        let key = self.project(1, tokens)?; // [b, n, heads, d_head]
        let value = self.project(2, tokens)?; // [b, n, heads, d_head]
        let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
        let mixed = attention(&query, &key, &value, None, scale)?; // [b, 1, heads, d_head]
        let pooled = self.out_proj.forward(&mixed.reshape((b, d))?)?; // [b, d]
        let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?; // [b, d]
        pooled + thought // [b, d]
        // ANCHOR_END: map_head_forward
    }

    /// Projection number `which` (0 query, 1 key, 2 value) of the stacked three, split into heads.
    ///
    /// # Shapes
    /// `x`: `[b, t, d]` → `[b, t, heads, d_head]`.
    fn project(&self, which: usize, x: &Tensor) -> Result<Tensor> {
        // ANCHOR: map_head_project
        let (b, t, d) = x.dims3()?;
        let weight = self.in_proj_weight.narrow(0, which * d, d)?; // [d, d]
        let bias = self.in_proj_bias.narrow(0, which * d, d)?; // [d]
        let projected = ops::linear(x, &weight, Some(&bias))?; // [b, t, d]
        projected.reshape((b, t, self.num_attention_heads, d / self.num_attention_heads))
        // ANCHOR_END: map_head_project
    }
}
