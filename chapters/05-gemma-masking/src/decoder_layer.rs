//! One layer of the decoder: attention, then feed-forward, each added to what came in.

use candle_core::{Result, Tensor};
use foundations::VarBuilder;

use crate::config::DecoderConfig;
use crate::feed_forward::FeedForward;
use crate::grouped_query_attention::GroupedQueryAttention;
use crate::kv_cache::LayerCache;
use crate::rms_norm::RmsNorm;
use crate::rope::RotaryTables;

/// One layer. The names of its parts are those of the published checkpoints; `post_attention_layernorm` stands *before*
/// the feed-forward block, and both norms are RMSNorm.
#[derive(Debug, Clone)]
pub struct DecoderLayer {
    input_layernorm: RmsNorm,
    self_attn: GroupedQueryAttention,
    post_attention_layernorm: RmsNorm,
    mlp: FeedForward,
}

impl DecoderLayer {
    /// A layer whose parameters live below `vb`.
    ///
    /// # Errors
    /// When the builder holds a tensor of such a name with another shape.
    pub fn new(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        let (hidden, eps) = (config.hidden_size, config.rms_norm_eps);
        Ok(Self {
            input_layernorm: RmsNorm::new(hidden, eps, vb.pp("input_layernorm"))?,
            self_attn: GroupedQueryAttention::new(config, vb.pp("self_attn"))?,
            post_attention_layernorm: RmsNorm::new(hidden, eps, vb.pp("post_attention_layernorm"))?,
            mlp: FeedForward::new(config, vb.pp("mlp"))?,
        })
    }

    /// The same layer with its matrices rounded to eight bits.
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self { self_attn: self.self_attn.quantised()?, mlp: self.mlp.quantised()?, ..self })
    }

    /// The tokens mix, then each is changed on its own.
    ///
    /// # Shapes
    /// `x`: `[b, t, hidden]`; `allowed`: `[b or 1, t, t_k]` of u8 → `[b, t, hidden]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(
        &self,
        x: &Tensor,
        tables: &RotaryTables,
        allowed: &Tensor,
        cache: Option<&mut LayerCache>,
    ) -> Result<Tensor> {
        // ANCHOR: decoder_layer_forward
        let x = self.mix(x, tables, allowed, cache)?; // [b, t, hidden]
        self.change(&x) // [b, t, hidden]
        // ANCHOR_END: decoder_layer_forward
    }

    /// The first half: every token adds what it learns from those that it may look at.
    ///
    /// # Shapes
    /// As [`DecoderLayer::forward`].
    /// # Errors
    /// When the shapes do not fit.
    pub fn mix(
        &self,
        x: &Tensor,
        tables: &RotaryTables,
        allowed: &Tensor,
        cache: Option<&mut LayerCache>,
    ) -> Result<Tensor> {
        // ANCHOR: decoder_layer_mix
        x + self.self_attn.forward(&self.input_layernorm.forward(x)?, tables, allowed, cache)? // [b, t, hidden]
        // ANCHOR_END: decoder_layer_mix
    }

    /// The second half: every token adds what it makes of itself, without looking at any other.
    ///
    /// # Shapes
    /// `x`: `[…, hidden]` → the same.
    /// # Errors
    /// When the last dimension of `x` is not `hidden`.
    pub fn change(&self, x: &Tensor) -> Result<Tensor> {
        // ANCHOR: decoder_layer_change
        x + self.mlp.forward(&self.post_attention_layernorm.forward(x)?)? // [.., hidden]
        // ANCHOR_END: decoder_layer_change
    }
}
