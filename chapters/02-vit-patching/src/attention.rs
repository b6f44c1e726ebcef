//! Attention: every token asks a question (query), offers a label (key) and a content (value); it receives the mixture
//! of all contents, weighted by how well their labels answer its question.
//!
//! Several *heads* do this side by side on slices of the features, so that a token can ask several questions at once.
//!
//! # Source
//! Vaswani et al. 2017, arXiv 1706.03762, §3.2.

use candle_core::{Result, Tensor};
use foundations::{Linear, VarBuilder, ops};

/// What a forbidden score becomes. Finite, because `−∞ − (−∞)` is not a number.
const FORBIDDEN: f64 = -1e30;

/// `softmax(query · keyᵀ · scale) · value` per head: fused on a CPU, [`attention_plain`] elsewhere.
///
/// # Shapes
/// `query`: `[b, t_q, heads, d_head]`, `key` and `value`: `[b, t_k, heads, d_head]`, `allowed`: `[b or 1, t_q, t_k]` of u8,
/// 1 where the query may look at the key, at least one per query → `[b, t_q, heads, d_head]`.
/// # Errors
/// When the shapes do not fit.
pub fn attention(query: &Tensor, key: &Tensor, value: &Tensor, allowed: Option<&Tensor>, scale: f64) -> Result<Tensor> {
    if ops::fused_for(query) {
        ops::fused::attention(query, key, value, allowed, scale)
    } else {
        attention_plain(query, key, value, allowed, scale)
    }
}

/// [`attention`] in the open: every step a tensor that can be looked at.
///
/// # Shapes
/// As for [`attention`].
/// # Errors
/// When the shapes do not fit.
pub fn attention_plain(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    allowed: Option<&Tensor>,
    scale: f64,
) -> Result<Tensor> {
    // ANCHOR: attention_plain
    let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
    let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
    let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
    let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
    let scores = match allowed {
        Some(allowed) => forbid(&scores, allowed)?,
        None => scores,
    };
    let mixed = ops::softmax(&scores)?.matmul(&value)?; // [b, heads, t_q, d_head]
    mixed.transpose(1, 2)?.contiguous() // [b, t_q, heads, d_head]
    // ANCHOR_END: attention_plain
}

/// Replaces the scores of forbidden pairs by a number so low that softmax gives them no weight at all.
///
/// # Shapes
/// `scores`: `[b, heads, t_q, t_k]`, `allowed`: `[b or 1, t_q, t_k]` → `[b, heads, t_q, t_k]`.
fn forbid(scores: &Tensor, allowed: &Tensor) -> Result<Tensor> {
    // ANCHOR: forbid
    let allowed = allowed.unsqueeze(1)?.broadcast_as(scores.shape())?; // [b, heads, t_q, t_k]
    let forbidden = Tensor::full(FORBIDDEN, scores.shape(), scores.device())?.to_dtype(scores.dtype())?;
    allowed.where_cond(scores, &forbidden)
    // ANCHOR_END: forbid
}

/// Self-attention with several heads and its four projections.
#[derive(Debug, Clone)]
pub struct MultiHeadAttention {
    q_proj: Linear,
    k_proj: Linear,
    v_proj: Linear,
    out_proj: Linear,
    num_attention_heads: usize,
}

impl MultiHeadAttention {
    /// Four linear layers with biases.
    ///
    /// # Errors
    /// When the builder holds a tensor of one of the names with another shape.
    pub fn new(hidden_size: usize, num_attention_heads: usize, vb: VarBuilder) -> Result<Self> {
        let projection = |name: &str| Linear::new(hidden_size, hidden_size, vb.pp(name));
        Ok(Self {
            q_proj: projection("q_proj")?,
            k_proj: projection("k_proj")?,
            v_proj: projection("v_proj")?,
            out_proj: projection("out_proj")?,
            num_attention_heads,
        })
    }

    /// The same layer with its matrices rounded to eight bits: see [`Linear::quantised`].
    pub(crate) fn quantised(self) -> Result<Self> {
        Ok(Self {
            q_proj: self.q_proj.quantised()?,
            k_proj: self.k_proj.quantised()?,
            v_proj: self.v_proj.quantised()?,
            out_proj: self.out_proj.quantised()?,
            ..self
        })
    }

    /// Lets every token look at every token that `allowed` permits; at all of them without `allowed`.
    ///
    /// # Shapes
    /// `x`: `[b, t, d]`, `allowed`: `[b or 1, t, t]` of u8 → `[b, t, d]`.
    /// # Errors
    /// When the shapes do not fit.
    pub fn forward(&self, x: &Tensor, allowed: Option<&Tensor>) -> Result<Tensor> {
        // ANCHOR: multi_head_attention_forward
        let (b, t, d) = x.dims3()?;
        let d_head = d / self.num_attention_heads;
        let heads = (b, t, self.num_attention_heads, d_head);
        let query = self.q_proj.forward(x)?.reshape(heads)?; // [b, t, heads, d_head]
        let key = self.k_proj.forward(x)?.reshape(heads)?; // [b, t, heads, d_head]
        let value = self.v_proj.forward(x)?.reshape(heads)?; // [b, t, heads, d_head]
        // Dot products of d_head unit-size numbers have variance d_head; the scale brings it back to one (§3.2.1).
        let scale = 1.0 / (d_head as f64).sqrt();
        let mixed = attention(&query, &key, &value, allowed, scale)?; // [b, t, heads, d_head]
        self.out_proj.forward(&mixed.reshape((b, t, d))?) // [b, t, d]
        // ANCHOR_END: multi_head_attention_forward
    }
}
