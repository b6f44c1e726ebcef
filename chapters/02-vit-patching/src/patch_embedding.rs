//! From a patch to a token: one linear layer, shared by all patches.
//!
//! Published checkpoints store it as a convolution whose kernel is as large as its stride. Such a convolution never
//! looks across the border of a patch, so it *is* a linear layer on patches; the weights only need another shape.

use candle_core::{Result, Tensor};
use foundations::{Init, VarBuilder, ops};

use crate::config::VisionConfig;
use crate::patchify::patchify;

/// The layer that turns patches into tokens.
#[derive(Debug, Clone)]
pub struct PatchEmbedding {
    weight: Tensor, // [d, c, p, p]
    bias: Tensor,   // [d]
    patch_size: usize,
}

impl PatchEmbedding {
    /// Weights drawn from a normal distribution of variance `1 / fan-in`, so that pixels of size one give tokens of
    /// size one; zero bias.
    ///
    /// # Errors
    /// When the builder holds a tensor of that name with another shape.
    pub fn new(config: &VisionConfig, vb: VarBuilder) -> Result<Self> {
        let (d, c, p) = (config.hidden_size, config.num_channels, config.patch_size);
        let fan_in = (c * p * p) as f64;
        let init = Init::Randn { mean: 0.0, stdev: (1.0 / fan_in).sqrt() };
        Ok(Self {
            weight: vb.get_with_hints((d, c, p, p), "weight", init)?,
            bias: vb.get_with_hints(d, "bias", Init::Const(0.0))?,
            patch_size: p,
        })
    }

    /// One token per patch.
    ///
    /// # Shapes
    /// `pixels`: `[b, c, h, w]` → `[b, n, d]`.
    /// # Errors
    /// When patches do not tile the picture, or its channels are not the configured ones.
    pub fn forward(&self, pixels: &Tensor) -> Result<Tensor> {
        // ANCHOR: patch_embedding_forward
        let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
        let weight = self.weight.flatten_from(1)?; // [d, c·p·p]
        ops::linear(&patches, &weight, Some(&self.bias)) // [b, n, d]
        // ANCHOR_END: patch_embedding_forward
    }
}
