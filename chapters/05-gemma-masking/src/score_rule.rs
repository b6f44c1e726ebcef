//! What Gemma 2 does with attention scores before softmax sees them.
//!
//! A score that runs away pulls the whole softmax to one key, and the gradient of all others to zero. Gemma 2 therefore
//! bends scores as it bends its logits: `cap · tanh(score / cap)` is the score itself where it is small and never leaves
//! `±cap`. And what scores are divided by is a number of its own, `query_pre_attn_scalar`; in the model of 27 billion it is
//! not the width of a head.
//!
//! # Source
//! Gemma 2 (arXiv 2408.00118), §2, "Logit soft-capping"; `modeling_gemma2.py` of the transformers library.

use candle_core::{Result, Tensor};
use foundations::ops;

use crate::config::DecoderConfig;
use crate::decoder::soft_cap;
use crate::grouped_query_attention::{grouped_query_attention, repeat_heads};

/// What a forbidden score becomes. Finite, because `−∞ − (−∞)` is not a number.
const FORBIDDEN: f64 = -1e30;

/// From the product of a query and a key to the number that softmax sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreRule {
    /// What the product is multiplied by.
    pub scale: f64,
    /// If given, the scaled score is bent to stay within `±cap`.
    pub cap: Option<f64>,
}

impl ScoreRule {
    /// The rule of a decoder; `None` where its scores are the plain ones, divided by the root of `head_dim`.
    pub fn of(config: &DecoderConfig) -> Option<Self> {
        let (scalar, cap) = (config.query_pre_attn_scalar, config.attn_logit_softcapping);
        let scale = 1.0 / scalar.unwrap_or(config.head_dim as f64).sqrt();
        (scalar.is_some() || cap.is_some()).then_some(Self { scale, cap })
    }
}

/// [`grouped_query_attention`] with bent scores. The mask comes after the bend: a forbidden score is not bent back into
/// sight.
///
/// # Shapes
/// `query`: `[b, t_q, heads, d]`; `key`, `value`: `[b, t_k, kv_heads, d]`; `allowed`: `[b or 1, t_q, t_k]` of u8, 1
/// where the query may look at the key → `[b, t_q, heads, d]`.
/// # Errors
/// When the shapes do not fit.
pub fn attention_by_rule(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    allowed: &Tensor,
    rule: ScoreRule,
) -> Result<Tensor> {
    // ANCHOR: attention_by_rule
    let Some(cap) = rule.cap else { return grouped_query_attention(query, key, value, Some(allowed), rule.scale) };
    let queries_per_key = query.dim(2)? / key.dim(2)?;
    let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d]
    let key = repeat_heads(key, queries_per_key)?.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d]
    let value = repeat_heads(value, queries_per_key)?.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d]
    let scores = soft_cap(&(query.matmul(&key.t()?)? * rule.scale)?, cap)?; // [b, heads, t_q, t_k]
    let mixed = ops::softmax(&forbid(&scores, allowed)?)?.matmul(&value)?; // [b, heads, t_q, d]
    mixed.transpose(1, 2)?.contiguous() // [b, t_q, heads, d]
    // ANCHOR_END: attention_by_rule
}

/// Replaces the scores of forbidden pairs by a number that softmax gives no weight.
///
/// # Shapes
/// `scores`: `[b, heads, t_q, t_k]`, `allowed`: `[b or 1, t_q, t_k]` → `[b, heads, t_q, t_k]`.
fn forbid(scores: &Tensor, allowed: &Tensor) -> Result<Tensor> {
    let allowed = allowed.unsqueeze(1)?.broadcast_as(scores.shape())?; // [b, heads, t_q, t_k]
    let forbidden = Tensor::full(FORBIDDEN, (), scores.device())?.to_dtype(scores.dtype())?;
    allowed.where_cond(scores, &forbidden.broadcast_as(scores.shape())?)
}
