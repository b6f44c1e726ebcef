//! Tokens that look at their like from the first step.
//!
//! In a new decoder, query and key are two unrelated random projections, so whom a token looks at is pure chance. But some
//! tasks begin with a comparison: "is there a dog?" can only be answered if the word *dog* finds the patches that look like
//! one. A decoder that starts from chance must discover the comparison and the use of it at the same time, and for
//! thousands of steps it discovers neither: each is worthless without the other.
//!
//! If the query projection starts out *similar* to the key projection, a token's score with another grows with their
//! likeness, and only the use of it is left to learn. Trained vision transformers look like this, hence the name of the
//! trick: mimetic initialisation. (Of its two halves, this is the one about queries and keys; the mixture is our own.)
//!
//! # Source
//! Trockman and Kolter 2023, arXiv 2305.09828 ("Mimetic Initialization of Self-Attention Layers").

use candle_core::{Result, Tensor};
use foundations::Params;

use crate::config::DecoderConfig;

/// Turns the query projections of a new decoder, whose parameters live below `prefix`, towards its key projections:
/// `W_q ← s·W_k + √(1 − s²)·W_q` for every head. Both are random and of one size, and so is the result.
///
/// # Errors
/// When `similarity` is not between 0 and 1, or `params` has no such decoder.
pub fn initialise_similar_attention(
    params: &Params,
    prefix: &str,
    config: &DecoderConfig,
    similarity: f64,
) -> Result<()> {
    // ANCHOR: initialise_similar_attention
    if !(0.0..=1.0).contains(&similarity) {
        candle_core::bail!("the similarity of queries and keys is {similarity}; it must be between 0 and 1");
    }
    for layer in 0..config.num_hidden_layers {
        let weight = |of: &str| format!("{prefix}.layers.{layer}.self_attn.{of}_proj.weight");
        let query = params.get(&weight("q"))?.detach(); // [heads·d_head, d]
        let key = params.get(&weight("k"))?.detach(); // [kv_heads·d_head, d]
        let key = key_of_each_query_head(&key, config)?; // [heads·d_head, d]
        let similar = ((key * similarity)? + (query * (1.0 - similarity * similarity).sqrt())?)?;
        params.set(&weight("q"), &similar)?;
    }
    Ok(())
    // ANCHOR_END: initialise_similar_attention
}

/// The key projection that each query head is scored against, one below the other.
///
/// # Shapes
/// `key`: `[kv_heads·d_head, d]` → `[heads·d_head, d]`.
fn key_of_each_query_head(key: &Tensor, config: &DecoderConfig) -> Result<Tensor> {
    let queries_per_key = config.num_attention_heads / config.num_key_value_heads;
    let heads: Vec<Tensor> = (0..config.num_attention_heads)
        .map(|head| key.narrow(0, head / queries_per_key * config.head_dim, config.head_dim))
        .collect::<Result<_>>()?;
    Tensor::cat(&heads, 0)
}
