//! The whole tower: pixels in, one vector per patch out.
//!
//! ```text
//! pixels → patches → tokens + positions → block × L → layer norm → tokens
//! ```
//!
//! There is no class token and no pooling here. SigLIP pools with [`crate::MapHead`]; PaliGemma hands *all* these
//! vectors to its language model.

use candle_core::{Result, Tensor};
use foundations::{Init, LayerNorm, VarBuilder};

use crate::config::VisionConfig;
use crate::encoder::{Encoder, EncoderConfig};
use crate::error::VisionError;
use crate::patch_embedding::PatchEmbedding;
use crate::position::interpolate;

/// SigLIP's Vision Transformer.
#[derive(Debug, Clone)]
pub struct VisionTransformer {
    patch_embedding: PatchEmbedding,
    position_embedding: Tensor, // [n, d]
    encoder: Encoder,
    post_layernorm: LayerNorm,
    grid: usize,
    patch_size: usize,
}

impl VisionTransformer {
    /// A tower with the names of a SigLIP checkpoint below its `vision_model`, where the builder should point.
    ///
    /// # Errors
    /// When the sizes cannot be, or the builder holds a tensor of one of the names with another shape.
    pub fn new(config: &VisionConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_encoder(config, vb, Encoder::new)
    }

    /// The same with the matrices of its blocks rounded to eight bits: see [`Encoder::new_quantised`].
    ///
    /// # Errors
    /// As [`VisionTransformer::new`].
    pub fn new_quantised(config: &VisionConfig, vb: VarBuilder) -> Result<Self> {
        Self::with_encoder(config, vb, Encoder::new_quantised)
    }

    fn with_encoder(
        config: &VisionConfig,
        vb: VarBuilder,
        encoder: fn(&EncoderConfig, VarBuilder) -> Result<Encoder>,
    ) -> Result<Self> {
        config.validate()?;
        let (n, d) = (config.num_patches(), config.hidden_size);
        let embeddings = vb.pp("embeddings");
        let init = Init::Randn { mean: 0.0, stdev: (1.0 / d as f64).sqrt() };
        Ok(Self {
            patch_embedding: PatchEmbedding::new(config, embeddings.pp("patch_embedding"))?,
            position_embedding: embeddings.get_with_hints((n, d), "position_embedding.weight", init)?,
            encoder: encoder(&config.encoder(), vb.pp("encoder"))?,
            post_layernorm: LayerNorm::new(d, config.layer_norm_eps, vb.pp("post_layernorm"))?,
            grid: config.grid(),
            patch_size: config.patch_size,
        })
    }

    /// The blocks between [`VisionTransformer::embed`] and [`VisionTransformer::post_layernorm`].
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The final layer norm.
    pub fn post_layernorm(&self) -> &LayerNorm {
        &self.post_layernorm
    }

    /// Pictures as tokens, after the final layer norm. A picture with another side than the configured one is read, too:
    /// its position table is interpolated.
    ///
    /// # Shapes
    /// `pixels`: `[b, c, s, s]` → `[b, n, d]` with `n = (s / patch_size)²`.
    /// # Errors
    /// When the picture is not square, or patches do not tile it.
    pub fn forward(&self, pixels: &Tensor) -> Result<Tensor> {
        // ANCHOR: vision_transformer_forward
        let tokens = self.embed(pixels)?; // [b, n, d]
        let tokens = self.encoder.forward(&tokens, None)?; // [b, n, d]
        self.post_layernorm.forward(&tokens) // [b, n, d]
        // ANCHOR_END: vision_transformer_forward
    }

    /// Patches as tokens that know their place: the input of the first block.
    ///
    /// # Shapes
    /// `pixels`: `[b, c, s, s]` → `[b, n, d]`.
    /// # Errors
    /// When the picture is not square, or patches do not tile it.
    pub fn embed(&self, pixels: &Tensor) -> Result<Tensor> {
        // ANCHOR: vision_transformer_embed
        let (_, _, height, width) = pixels.dims4()?;
        if height != width {
            return Err(VisionError::NotSquare { height, width }.into());
        }
        let tokens = self.patch_embedding.forward(pixels)?; // [b, n, d]
        let position = interpolate(&self.position_embedding, self.grid, width / self.patch_size)?; // [n, d]
        tokens.broadcast_add(&position.to_dtype(tokens.dtype())?) // [b, n, d]
        // ANCHOR_END: vision_transformer_embed
    }
}
