//! Attention in which several query heads share one key/value head.
//!
//! While text is generated, the keys and values of all earlier tokens are kept in memory and read again for every new
//! token. With eight query heads but one key/value head, as in Gemma 2B, that memory is eight times smaller. The
//! arithmetic is that of chapter 02 with every key/value head used several times.

use candle_core::{Result, Tensor};
use foundations::{Linear, VarBuilder, ops};
use vit_patching::attention::attention_plain;

use crate::adapted_linear::adapted_linear;
use crate::config::DecoderConfig;
use crate::kv_cache::LayerCache;
use crate::rope::{RotaryTables, apply_rope};
use crate::score_rule::{ScoreRule, attention_by_rule};

/// Attention with `heads / kv_heads` query heads per key/value head: query head `h` asks key/value head
/// `h / (heads / kv_heads)`.
///
/// # Shapes
/// `query`: `[b, t_q, heads, d]`; `key`, `value`: `[b, t_k, kv_heads, d]`; `allowed`: `[b or 1, t_q, t_k]` of u8, 1
/// where the query may look at the key → `[b, t_q, heads, d]`.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// Ainslie et al. 2023, arXiv 2305.13245, §2.2.
pub fn grouped_query_attention(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    allowed: Option<&Tensor>,
    scale: f64,
) -> Result<Tensor> {
    if ops::fused_for(query) {
        ops::fused::attention(query, key, value, allowed, scale)
    } else {
        grouped_query_attention_plain(query, key, value, allowed, scale)
    }
}

/// [`grouped_query_attention`] as a composition: repeat the key/value heads, then attend as in chapter 02.
///
/// # Shapes
/// As [`grouped_query_attention`].
/// # Errors
/// When the shapes do not fit.
pub fn grouped_query_attention_plain(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    allowed: Option<&Tensor>,
    scale: f64,
) -> Result<Tensor> {
    // ANCHOR: grouped_query_attention
    let queries_per_key = query.dim(2)? / key.dim(2)?;
    let key = repeat_heads(key, queries_per_key)?; // [b, t_k, heads, d]
    let value = repeat_heads(value, queries_per_key)?; // [b, t_k, heads, d]
    attention_plain(query, &key, &value, allowed, scale) // [b, t_q, heads, d]
    // ANCHOR_END: grouped_query_attention
}

/// Every head `times` times in a row: heads `A B` become `A A B B`.
///
/// # Shapes
/// `x`: `[b, t, heads, d]` → `[b, t, heads · times, d]`.
/// # Errors
/// When `x` has another number of dimensions.
pub fn repeat_heads(x: &Tensor, times: usize) -> Result<Tensor> {
    // ANCHOR: repeat_heads
    let (b, t, heads, d) = x.dims4()?;
    let repeated = x.unsqueeze(3)?.broadcast_as((b, t, heads, times, d))?; // [b, t, heads, times, d]
    repeated.contiguous()?.reshape((b, t, heads * times, d))
    // ANCHOR_END: repeat_heads
}

/// Self-attention of one decoder layer.
#[derive(Debug, Clone)]
pub struct GroupedQueryAttention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    o_proj: Linear,
    heads: usize,
    key_value_heads: usize,
    head_dim: usize,
    /// What Gemma 2 does with the scores; `None` for Gemma's plain ones.
    scores: Option<ScoreRule>,
}

impl GroupedQueryAttention {
    /// Four linear layers without biases: `q_proj`, `k_proj`, `v_proj`, `o_proj`.
    ///
    /// # Errors
    /// When the builder holds a tensor of such a name with another shape.
    pub fn new(config: &DecoderConfig, vb: VarBuilder) -> Result<Self> {
        let (hidden, lora) = (config.hidden_size, config.lora.as_ref());
        let queries = config.num_attention_heads * config.head_dim;
        let keys = config.num_key_value_heads * config.head_dim;
        Ok(Self {
            q_proj: adapted_linear(hidden, queries, lora, vb.pp("q_proj"))?,
            k_proj: adapted_linear(hidden, keys, lora, vb.pp("k_proj"))?,
            v_proj: adapted_linear(hidden, keys, lora, vb.pp("v_proj"))?,
            o_proj: adapted_linear(queries, hidden, lora, vb.pp("o_proj"))?,
            heads: config.num_attention_heads,
            key_value_heads: config.num_key_value_heads,
            head_dim: config.head_dim,
            scores: ScoreRule::of(config),
        })
    }

    /// The same layer with its matrices rounded to eight bits.
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self {
            q_proj: self.q_proj.quantised()?,
            k_proj: self.k_proj.quantised()?,
            v_proj: self.v_proj.quantised()?,
            o_proj: self.o_proj.quantised()?,
            ..self
        })
    }

    /// Mixes the tokens. With a cache, the new keys and values are appended to it and the tokens attend to all of it.
    ///
    /// # Shapes
    /// `x`: `[b, t, hidden]`; `allowed`: `[b or 1, t, t_k]` of u8, where `t_k` counts cached and new tokens
    /// → `[b, t, hidden]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(
        &self,
        x: &Tensor,
        tables: &RotaryTables,
        allowed: &Tensor,
        cache: Option<&mut LayerCache>,
    ) -> Result<Tensor> {
        // ANCHOR: grouped_query_attention_forward
        let (b, t, _) = x.dims3()?;
        let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
        let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
        let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
        let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?); // values carry no position
        let (key, value) = match cache {
            Some(cache) => cache.append(&key, &value)?, // [b, t_k, kv_heads, d_head]
            None => (key, value),
        };
        let scale = 1.0 / (self.head_dim as f64).sqrt();
        let mixed = self.mix(&query, &key, &value, allowed, scale)?; // [b, t, heads, d_head]
        self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?) // [b, t, hidden]
        // ANCHOR_END: grouped_query_attention_forward
    }

    /// [`grouped_query_attention`] at this scale, or by Gemma 2's rule, which brings a scale of its own.
    fn mix(&self, query: &Tensor, key: &Tensor, value: &Tensor, allowed: &Tensor, scale: f64) -> Result<Tensor> {
        match self.scores {
            Some(rule) => attention_by_rule(query, key, value, allowed, rule), // [b, t, heads, d_head]
            None => grouped_query_attention(query, key, value, Some(allowed), scale), // [b, t, heads, d_head]
        }
    }
}
