//! One layer of the decoder: attention, then feed-forward, each added to what came in.

use candle_core::{Result, Tensor};
use foundations::VarBuilder;

use crate::config::DecoderConfig;
use crate::feed_forward::FeedForward;
use crate::grouped_query_attention::GroupedQueryAttention;
use crate::kv_cache::LayerCache;
use crate::rms_norm::RmsNorm;
use crate::rope::RotaryTables;

/// One layer. All of its norms are RMSNorm: one before each half and, in Gemma 2, one more behind it.
///
/// | norm | in Gemma's checkpoints | in Gemma 2's |
/// |---|---|---|
/// | before attention | `input_layernorm` | `input_layernorm` |
/// | behind attention | | `post_attention_layernorm` |
/// | before the feed-forward block | `post_attention_layernorm` | `pre_feedforward_layernorm` |
/// | behind the feed-forward block | | `post_feedforward_layernorm` |
///
/// So `post_attention_layernorm` stands before the feed-forward block in Gemma; in Gemma 2 it normalises what attention has made,
/// before that is added.
#[derive(Debug, Clone)]
pub struct DecoderLayer {
    before_attention: RmsNorm,
    self_attn: GroupedQueryAttention,
    behind_attention: Option<RmsNorm>,
    before_mlp: RmsNorm,
    mlp: FeedForward,
    behind_mlp: Option<RmsNorm>,
}

impl DecoderLayer {
    /// A layer whose parameters live below `vb`.
    ///
    /// # Errors
    /// When the builder holds a tensor of such a name with another shape.
    pub fn new(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        let norm = |name: &str| RmsNorm::new(config.hidden_size, config.rms_norm_eps, vb.pp(name));
        let behind = |name: &str| config.post_norms.then(|| norm(name)).transpose();
        let before_mlp = if config.post_norms { "pre_feedforward_layernorm" } else { "post_attention_layernorm" };
        Ok(Self {
            before_attention: norm("input_layernorm")?,
            self_attn: GroupedQueryAttention::new(config, vb.pp("self_attn"))?,
            behind_attention: behind("post_attention_layernorm")?,
            before_mlp: norm(before_mlp)?,
            mlp: FeedForward::new(config, vb.pp("mlp"))?,
            behind_mlp: behind("post_feedforward_layernorm")?,
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
        let learned = self.self_attn.forward(&self.before_attention.forward(x)?, tables, allowed, cache)?; // [b, t, hidden]
        x + normalised_by(self.behind_attention.as_ref(), learned)? // [b, t, hidden]
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
        let made = self.mlp.forward(&self.before_mlp.forward(x)?)?; // [.., hidden]
        x + normalised_by(self.behind_mlp.as_ref(), made)? // [.., hidden]
        // ANCHOR_END: decoder_layer_change
    }
}

/// `x`, normalised where there is a norm.
fn normalised_by(norm: Option<&RmsNorm>, x: Tensor) -> Result<Tensor> {
    match norm {
        Some(norm) => norm.forward(&x),
        None => Ok(x),
    }
}
