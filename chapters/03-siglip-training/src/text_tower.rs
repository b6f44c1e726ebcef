//! The text tower: the same transformer encoder as the picture's, over word pieces.
//!
//! Unlike a language model it has **no causal mask**: every piece sees every other. The caption is padded to a fixed
//! length, and the vector of the *last* position, padding or not, becomes the caption's: that position has learned to
//! gather the sentence. This is why the padded length must never change after training.
//!
//! # Source
//! SigLIP (arXiv 2303.15343) as published in big_vision (`text_transformer.py`, pooling `last`); tensor names of the
//! hub layout.

use candle_core::{Device, Result, Tensor};
use foundations::linear::xavier;
use foundations::{Embedding, LayerNorm, Linear, VarBuilder};
use serde::{Deserialize, Serialize};
use vit_patching::{Encoder, EncoderConfig};

use crate::tokenizer::{Tokenizer, TokenizerError};

/// The sizes of a text tower; the field names are those of the hub's `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextConfig {
    /// Number of tokens in the vocabulary.
    pub vocab_size: usize,
    /// Every caption is padded or cut to this many tokens.
    pub max_position_embeddings: usize,
    /// Features per token.
    pub hidden_size: usize,
    /// Features inside the feed-forward layer.
    pub intermediate_size: usize,
    /// Number of encoder layers.
    pub num_hidden_layers: usize,
    /// Number of attention heads.
    pub num_attention_heads: usize,
    /// Added to the variance in layer normalisation.
    pub layer_norm_eps: f64,
    /// Features of the caption's vector: must equal the picture's.
    pub projection_size: usize,
}

impl TextConfig {
    fn encoder(&self) -> EncoderConfig {
        EncoderConfig {
            hidden_size: self.hidden_size,
            intermediate_size: self.intermediate_size,
            num_hidden_layers: self.num_hidden_layers,
            num_attention_heads: self.num_attention_heads,
            layer_norm_eps: self.layer_norm_eps,
        }
    }
}

/// A transformer from captions to vectors.
#[derive(Debug, Clone)]
pub struct TextTower {
    token_embedding: Embedding,
    position_embedding: Embedding,
    encoder: Encoder,
    final_layer_norm: LayerNorm,
    head: Linear,
    length: usize,
}

impl TextTower {
    /// A tower below the builder's prefix (`text_model` in the hub layout).
    ///
    /// # Errors
    /// When the builder lacks a tensor or has it with another shape.
    pub fn new(config: &TextConfig, vb: VarBuilder) -> Result<Self> {
        let (d, embeddings) = (config.hidden_size, vb.pp("embeddings"));
        let std = 1.0 / (d as f64).sqrt();
        Ok(Self {
            token_embedding: Embedding::new(config.vocab_size, d, std, embeddings.pp("token_embedding"))?,
            position_embedding: Embedding::new(
                config.max_position_embeddings,
                d,
                std,
                embeddings.pp("position_embedding"),
            )?,
            encoder: Encoder::new(&config.encoder(), vb.pp("encoder"))?,
            final_layer_norm: LayerNorm::new(d, config.layer_norm_eps, vb.pp("final_layer_norm"))?,
            head: Linear::with_init(d, config.projection_size, xavier(d, config.projection_size), true, vb.pp("head"))?,
            length: config.max_position_embeddings,
        })
    }

    /// One vector per caption, not yet normalised.
    ///
    /// # Shapes
    /// `ids`: `[b, length]` of u32, padded to the tower's fixed length → `[b, projection_size]`.
    /// # Errors
    /// When the rows have another length, or an id is outside the vocabulary.
    pub fn forward(&self, ids: &Tensor) -> Result<Tensor> {
        // ANCHOR: text_tower
        if ids.dim(1)? != self.length {
            candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
        }
        let words = self.token_embedding.forward(ids)?; // [b, length, d]
        let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
        let x = self.encoder.forward(&x, None)?; // every piece sees every piece
        // Normalising acts on each position alone, so it is enough to do it for the one that is used.
        let last = x.narrow(1, self.length - 1, 1)?.squeeze(1)?; // [b, d]
        self.head.forward(&self.final_layer_norm.forward(&last)?) // [b, projection_size]
        // ANCHOR_END: text_tower
    }
}

/// Captions as rows of exactly `length` token numbers: cut if longer, padded on the right if shorter.
///
/// # Shapes
/// `n` captions → `[n, length]` of u32.
/// # Errors
/// When the tokenizer fails.
pub fn tokenize_captions(
    tokenizer: &Tokenizer,
    captions: &[&str],
    length: usize,
    device: &Device,
) -> std::result::Result<Tensor, CaptionError> {
    // ANCHOR: tokenize_captions
    let mut ids = Vec::with_capacity(captions.len() * length);
    for caption in captions {
        let mut row = tokenizer.encode(caption)?;
        row.resize(length, tokenizer.special().pad);
        ids.extend(row);
    }
    Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
    // ANCHOR_END: tokenize_captions
}

/// Why captions could not be turned into a tensor.
#[derive(Debug, thiserror::Error)]
pub enum CaptionError {
    /// The tokenizer failed.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The device failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}
