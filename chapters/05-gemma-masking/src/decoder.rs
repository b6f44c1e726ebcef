//! The whole decoder. One type serves training, generation and published weights: what differs is where the
//! parameters come from, and whether a [`KvCache`] is passed.

use candle_core::{DType, Result, Tensor};
use foundations::quantised::{BLOCK, QuantisedWeight};
use foundations::{Embedding, VarBuilder, ops};

use crate::config::DecoderConfig;
use crate::decoder_layer::DecoderLayer;
use crate::kv_cache::KvCache;
use crate::rms_norm::RmsNorm;
use crate::rope::rotary_tables;
use crate::sliding_window::LayerMasks;

/// A Gemma decoder.
#[derive(Debug, Clone)]
pub struct Decoder {
    config: DecoderConfig,
    embed_tokens: Embedding, // [vocab, d]
    /// The table once more, rounded, for the output head of a quantised decoder.
    rounded_head: Option<QuantisedWeight>,
    layers: Vec<DecoderLayer>,
    norm: RmsNorm,
}

impl Decoder {
    /// A decoder whose parameters live below `vb`, which stands at `language_model.model` in a PaliGemma checkpoint.
    ///
    /// Token embeddings start with standard deviation `1/√d`: multiplied by `√d` on the way in they have size one, and
    /// as the tied output head they give logits of size one.
    ///
    /// # Errors
    /// When the configuration is not valid, or the builder holds a tensor of such a name with another shape.
    pub fn new(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_layers(config, vb, Ok)
    }

    /// [`Decoder::new`] and [`Decoder::quantised`] in one, layer by layer: there is never more than one layer in memory that
    /// is not rounded yet.
    ///
    /// # Errors
    /// As [`Decoder::new`].
    pub fn new_quantised(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_layers(config, vb, DecoderLayer::quantised)?.with_rounded_head()
    }

    /// A decoder each of whose layers goes through `finish` before the next is read.
    fn with_layers(
        config: &DecoderConfig,
        vb: VarBuilder,
        finish: impl Fn(DecoderLayer) -> Result<DecoderLayer>,
    ) -> Result<Self> {
        config.validate()?;
        let hidden = config.hidden_size;
        let embedding_std = 1.0 / (hidden as f64).sqrt();
        let layers = (0..config.num_hidden_layers)
            .map(|index| finish(DecoderLayer::new(config, vb.pp(format!("layers.{index}")))?))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            embed_tokens: Embedding::new(config.vocab_size, hidden, embedding_std, vb.pp("embed_tokens"))?,
            rounded_head: None,
            layers,
            norm: RmsNorm::new(hidden, config.rms_norm_eps, vb.pp("norm"))?,
            config: config.clone(),
        })
    }

    /// The same decoder with all matrices rounded to eight bits, for writing: half the bytes of bf16 to read per token.
    /// The table that tokens are looked up in stays as it is; as the output head it is rounded, too. A matrix whose rows are
    /// no multiple of [`BLOCK`] long stays as it is.
    ///
    /// # Errors
    /// When memory runs out.
    pub fn quantised(mut self) -> Result<Self> {
        self.layers = self.layers.into_iter().map(DecoderLayer::quantised).collect::<Result<_>>()?;
        self.with_rounded_head()
    }

    fn with_rounded_head(mut self) -> Result<Self> {
        if self.config.hidden_size.is_multiple_of(BLOCK) {
            self.rounded_head = Some(QuantisedWeight::new(self.embed_tokens.weight())?);
        }
        Ok(self)
    }

    /// The sizes of this decoder.
    pub fn config(&self) -> &DecoderConfig {
        &self.config
    }

    /// The type that this decoder's weights are stored in. On a CPU it computes in f32 even if they are smaller: see
    /// [`ops::working_type`].
    pub fn dtype(&self) -> DType {
        self.embed_tokens.weight().dtype()
    }

    /// The layers, from the first to the last.
    pub fn layers(&self) -> &[DecoderLayer] {
        &self.layers
    }

    /// The norm after the last layer.
    pub fn norm(&self) -> &RmsNorm {
        &self.norm
    }

    /// A cache with room for this decoder's layers and nothing in it.
    pub fn empty_cache(&self) -> KvCache {
        KvCache::new(self.layers.len())
    }

    /// The tokens' rows of the embedding table, times `√d`. Image tokens come from the projector instead and enter
    /// without this factor.
    ///
    /// # Shapes
    /// `ids`: `[b, t]` of u32 → `[b, t, hidden]`, in the type that the decoder computes in.
    /// # Errors
    /// When an id is not below the vocabulary size.
    pub fn embed(&self, ids: &Tensor) -> Result<Tensor> {
        // ANCHOR: embed
        let words = self.embed_tokens.forward(ids)?; // [b, t, hidden]
        words.to_dtype(ops::working_type(self.dtype(), ids.device()))? * (self.config.hidden_size as f64).sqrt()
        // ANCHOR_END: embed
    }

    /// What each layer may see of what `allowed` allows: all of it, or in every other layer of a Gemma 2 what is near. A
    /// cache learns where the new tokens stand.
    ///
    /// # Shapes
    /// As [`Decoder::forward`].
    /// # Errors
    /// When the shapes do not fit.
    pub fn masks(&self, positions: &Tensor, allowed: &Tensor, cache: Option<&mut KvCache>) -> Result<LayerMasks> {
        let Some(window) = self.config.sliding_window else { return Ok(LayerMasks::without_window(allowed)) };
        let queries = if positions.rank() == 1 { positions.unsqueeze(0)? } else { positions.clone() }; // [b or 1, t]
        let keys = match cache {
            Some(cache) => cache.append_positions(&queries)?, // [b or 1, t_k]
            None => queries.clone(),
        };
        LayerMasks::with_window(allowed, &queries, &keys, window)
    }

    /// Runs all layers and the final norm.
    ///
    /// # Shapes
    /// `embeddings`: `[b, t, hidden]`; `positions`: `[t]` or `[b, t]` of u32; `allowed`: `[b or 1, t, t_k]` of u8, 1
    /// where a token may look, `t_k` counting cached and new tokens → `[b, t, hidden]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(
        &self,
        embeddings: &Tensor,
        positions: &Tensor,
        allowed: &Tensor,
        mut cache: Option<&mut KvCache>,
    ) -> Result<Tensor> {
        // ANCHOR: decoder_forward
        let tables = rotary_tables(positions, self.config.head_dim, self.config.rope_theta)?;
        let masks = self.masks(positions, allowed, cache.as_deref_mut())?;
        let mut hidden = embeddings.clone(); // [b, t, hidden]
        for (index, layer) in self.layers.iter().enumerate() {
            let layer_cache = cache.as_deref_mut().and_then(|cache| cache.layers_mut().get_mut(index));
            hidden = layer.forward(&hidden, &tables, masks.of_layer(index), layer_cache)?; // [b, t, hidden]
        }
        self.norm.forward(&hidden)
        // ANCHOR_END: decoder_forward
    }

    /// [`Decoder::forward`] for training, where only the tokens that predict an answer are asked for: those at the places
    /// `chosen` of the flattened `b · t`. After the last layer has mixed the tokens no token looks at another, so all others
    /// are left out of its second half, which is most of a layer's work.
    ///
    /// # Shapes
    /// As [`Decoder::forward`], and `chosen`: `[m]` of u32 → `[m, hidden]`.
    /// # Errors
    /// When the shapes do not fit or a place is beyond `b · t`.
    pub fn forward_chosen(
        &self,
        embeddings: &Tensor,
        positions: &Tensor,
        allowed: &Tensor,
        chosen: &Tensor,
    ) -> Result<Tensor> {
        // ANCHOR: decoder_forward_chosen
        let Some((last, before)) = self.layers.split_last() else { candle_core::bail!("a decoder has layers") };
        let tables = rotary_tables(positions, self.config.head_dim, self.config.rope_theta)?;
        let masks = self.masks(positions, allowed, None)?;
        let mut hidden = embeddings.clone(); // [b, t, hidden]
        for (index, layer) in before.iter().enumerate() {
            hidden = layer.forward(&hidden, &tables, masks.of_layer(index), None)?; // [b, t, hidden]
        }
        let mixed = last.mix(&hidden, &tables, masks.of_layer(before.len()), None)?.flatten_to(1)?; // [b·t, hidden]
        let changed = last.change(&ops::embedding(&mixed, chosen)?)?; // [m, hidden]
        self.norm.forward(&changed) // [m, hidden]
        // ANCHOR_END: decoder_forward_chosen
    }

    /// What the next token may be: the head is the embedding table once more, so a token's logit is the dot product of
    /// the hidden state with its row.
    ///
    /// # Shapes
    /// `hidden`: `[…, hidden]` after [`Decoder::forward`] → `[…, vocab]`.
    /// # Errors
    /// When the last dimension of `hidden` does not fit.
    pub fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        // ANCHOR: logits
        let logits = match &self.rounded_head {
            Some(head) => head.linear(hidden, None)?,                       // [.., vocab]
            None => ops::linear(hidden, self.embed_tokens.weight(), None)?, // [.., vocab]
        };
        match self.config.final_logit_softcapping {
            Some(cap) => soft_cap(&logits, cap),
            None => Ok(logits),
        }
        // ANCHOR_END: logits
    }
}

/// `cap · tanh(x / cap)`: nearly `x` where it is small, never beyond `±cap`, and smooth in between.
///
/// # Shapes
/// `x`: any → the same.
/// # Errors
/// When `x` does not hold floating-point numbers.
/// # Source
/// Gemma 2 (arXiv 2408.00118), §2, "Logit soft-capping".
pub fn soft_cap(x: &Tensor, cap: f64) -> Result<Tensor> {
    // ANCHOR: soft_cap
    (x / cap)?.tanh()? * cap
    // ANCHOR_END: soft_cap
}
