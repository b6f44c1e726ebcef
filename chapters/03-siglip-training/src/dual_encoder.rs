//! Two towers that meet in one space: a picture and its caption should point the same way.
//!
//! ```text
//! pictures ─ ViT ─ MAP head ─ normalise ─┐
//!                                        ├─ exp(t')·x·yᵀ + b ─ sigmoid loss
//! captions ─ text tower ──── normalise ──┘
//! ```

use candle_core::{DType, Device, Result, Tensor};
use contrastive_loss::{normalise, pair_logits};
use foundations::{Init, Params, VarBuilder};
use image::RgbImage;
use serde::{Deserialize, Serialize};
use vit_patching::{MapHead, Normalisation, VisionConfig, VisionTransformer, initialise_positions, preprocess};

use crate::text_tower::{TextConfig, TextTower};

/// Everything that fixes the shape of a dual encoder and how it sees pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DualEncoderConfig {
    /// The picture's tower.
    pub vision_config: VisionConfig,
    /// The caption's tower.
    pub text_config: TextConfig,
    /// How pixels become numbers.
    pub normalisation: Normalisation,
}

/// SigLIP: a vision tower, a text tower, a temperature and a bias.
#[derive(Debug, Clone)]
pub struct DualEncoder {
    vision: VisionTransformer,
    pool: MapHead,
    text: TextTower,
    log_scale: Tensor, // [1], t'
    bias: Tensor,      // [1], b
    config: DualEncoderConfig,
    device: Device,
}

impl DualEncoder {
    /// A dual encoder with the hub's tensor names: `vision_model.…`, `text_model.…`, `logit_scale`, `logit_bias`.
    ///
    /// The temperature and the bias start at `t' = ln 10`, `b = −10`.
    ///
    /// # Errors
    /// When the builder lacks a tensor or has it with another shape.
    /// # Source
    /// SigLIP, Algorithm 1 and Table 4.
    pub fn new(config: &DualEncoderConfig, vb: VarBuilder) -> Result<Self> {
        let vision = vb.pp("vision_model");
        Ok(Self {
            vision: VisionTransformer::new(&config.vision_config, vision.clone())?,
            pool: MapHead::new(&config.vision_config.encoder(), vision.pp("head"))?,
            text: TextTower::new(&config.text_config, vb.pp("text_model"))?,
            log_scale: vb.get_with_hints(1, "logit_scale", Init::Const(contrastive_loss::logits::INITIAL_LOG_SCALE))?,
            bias: vb.get_with_hints(1, "logit_bias", Init::Const(contrastive_loss::logits::INITIAL_BIAS))?,
            config: config.clone(),
            device: vb.device().clone(),
        })
    }

    /// Creates all parameters of a new model in `params`, positions as 2-D sines and cosines.
    ///
    /// # Errors
    /// When the configuration is inconsistent.
    pub fn initialise(config: &DualEncoderConfig, params: &Params) -> Result<Self> {
        let model = Self::new(config, params.builder())?;
        initialise_positions(params, "vision_model", &config.vision_config)?;
        Ok(model)
    }

    /// Pictures as the tower wants them. The tower reads other sides than its own, too: see
    /// [`DualEncoder::preprocess_at`].
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, 3, side, side]`.
    /// # Errors
    /// When the device fails.
    pub fn preprocess(&self, pictures: &[RgbImage]) -> Result<Tensor> {
        self.preprocess_at(pictures, self.config.vision_config.image_size)
    }

    /// Pictures as the tower wants them, at another side than its own.
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, 3, side, side]`.
    /// # Errors
    /// When the device fails.
    pub fn preprocess_at(&self, pictures: &[RgbImage], side: usize) -> Result<Tensor> {
        preprocess(pictures, side, &self.config.normalisation, &self.device)
    }

    /// One unit vector per picture.
    ///
    /// # Shapes
    /// `pixels`: `[b, 3, side, side]` → `[b, d]`.
    /// # Errors
    /// When the pixels have another shape.
    pub fn encode_pictures(&self, pixels: &Tensor) -> Result<Tensor> {
        // ANCHOR: encode_pictures
        let tokens = self.patch_tokens(pixels)?; // [b, n, d]
        normalise(&self.pool.forward(&tokens)?) // [b, d]
        // ANCHOR_END: encode_pictures
    }

    /// The tokens of all patches, before the pooling head.
    ///
    /// # Shapes
    /// `pixels`: `[b, 3, side, side]` → `[b, n, d]`.
    /// # Errors
    /// When the pixels have another shape.
    pub fn patch_tokens(&self, pixels: &Tensor) -> Result<Tensor> {
        self.vision.forward(pixels)
    }

    /// What the pooling head reads in each patch alone, in the space of the captions: attention over one token is that
    /// token's value, so this shows *where* a picture says what its vector says.
    ///
    /// # Shapes
    /// `tokens`: `[m, d]`, patch tokens of any pictures → `[m, d]`, unit rows.
    /// # Errors
    /// When the tokens have another width.
    /// # Source
    /// Zhou et al. 2022, arXiv 2112.01071 (MaskCLIP), §3.
    pub fn encode_patches(&self, tokens: &Tensor) -> Result<Tensor> {
        // ANCHOR: encode_patches
        let alone = tokens.unsqueeze(1)?; // [m, 1, d]
        normalise(&self.pool.forward(&alone)?) // [m, d]
        // ANCHOR_END: encode_patches
    }

    /// One unit vector per caption.
    ///
    /// # Shapes
    /// `ids`: `[b, length]` of u32 → `[b, d]`.
    /// # Errors
    /// When the rows are not padded to the tower's length.
    pub fn encode_captions(&self, ids: &Tensor) -> Result<Tensor> {
        // ANCHOR: encode_captions
        normalise(&self.text.forward(ids)?) // [b, d]
        // ANCHOR_END: encode_captions
    }

    /// How well every picture fits every caption.
    ///
    /// # Shapes
    /// `pictures`: `[n, d]`, `captions`: `[m, d]`, unit rows → `[n, m]`.
    /// # Errors
    /// When the widths differ.
    pub fn logits(&self, pictures: &Tensor, captions: &Tensor) -> Result<Tensor> {
        pair_logits(pictures, captions, &self.log_scale, Some(&self.bias))
    }

    /// The learned temperature `t'` (a logarithm), `[1]`.
    pub fn log_scale(&self) -> &Tensor {
        &self.log_scale
    }

    /// The learned bias, `[1]`.
    pub fn bias(&self) -> &Tensor {
        &self.bias
    }

    /// The shape of this model.
    pub fn config(&self) -> &DualEncoderConfig {
        &self.config
    }

    /// Where this model computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The type of its numbers.
    pub fn dtype(&self) -> DType {
        self.log_scale.dtype()
    }
}
