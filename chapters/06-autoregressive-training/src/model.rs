//! The vision-language model: PaliGemma's three parts, joined.
//!
//! ```text
//! pictures ─ ViT (all patch tokens) ─ projector ─┐
//!                                                 ├─ decoder, prefix-LM mask ─ logits
//! tokens ──────── embedding × √d ─────────────────┘
//! ```

use candle_core::{DType, Device, Result, Tensor};
use foundations::{Params, VarBuilder};
use gemma_masking::{Decoder, DecoderConfig, initialise_similar_attention, prefix_lm_mask};
use image::RgbImage;
use projection::{Projector, ProjectorInit, merge};
use serde::{Deserialize, Serialize};
use siglip_training::tokenizer::SpecialTokens;
use vit_patching::{Normalisation, VisionConfig, VisionTransformer, initialise_positions, preprocess};

use crate::collate::Batch;
use crate::location_embedding::initialise_locations;

/// Everything that fixes the shape of a vision-language model and how it sees pictures; fields as in the hub's
/// `config.json`, with ours added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VlmConfig {
    /// The vision tower.
    pub vision_config: VisionConfig,
    /// The decoder.
    pub text_config: DecoderConfig,
    /// How pixels become numbers; published checkpoints mean SigLIP's way and do not say so.
    #[serde(default = "siglip_normalisation")]
    pub normalisation: Normalisation,
}

fn siglip_normalisation() -> Normalisation {
    Normalisation::SIGLIP
}

/// Where the parts stand among the parameters' names.
pub const VISION_PREFIX: &str = "vision_tower.vision_model";
/// See [`VISION_PREFIX`].
pub const PROJECTOR_PREFIX: &str = "multi_modal_projector";
/// See [`VISION_PREFIX`].
pub const DECODER_PREFIX: &str = "language_model.model";

/// How similar queries and keys of a new decoder are: see [`initialise_similar_attention`].
const SIMILARITY: f64 = 0.8;

/// A vision tower, a projector and a decoder.
#[derive(Debug, Clone)]
pub struct VisionLanguageModel {
    vision: VisionTransformer,
    projector: Projector,
    decoder: Decoder,
    config: VlmConfig,
    image_token: u32,
    device: Device,
}

impl VisionLanguageModel {
    /// A model with the hub's tensor names.
    ///
    /// # Errors
    /// When the builder lacks a tensor or has it with another shape.
    pub fn new(config: &VlmConfig, image_token: u32, vb: VarBuilder) -> Result<Self> {
        let vision = VisionTransformer::new(&config.vision_config, vb.pp(VISION_PREFIX))?;
        let decoder = Decoder::new(&config.text_config, vb.pp(DECODER_PREFIX))?;
        Self::of_parts(config, image_token, vision, decoder, vb)
    }

    /// The same for answering and not for learning: the matrices of tower and decoder are rounded to eight bits as they are
    /// read. See [`Decoder::new_quantised`] and [`VisionTransformer::new_quantised`].
    ///
    /// # Errors
    /// As [`VisionLanguageModel::new`].
    pub fn new_quantised(config: &VlmConfig, image_token: u32, vb: VarBuilder) -> Result<Self> {
        let vision = VisionTransformer::new_quantised(&config.vision_config, vb.pp(VISION_PREFIX))?;
        let decoder = Decoder::new_quantised(&config.text_config, vb.pp(DECODER_PREFIX))?;
        Self::of_parts(config, image_token, vision, decoder, vb)
    }

    /// Tower and decoder, with the projector between them.
    fn of_parts(
        config: &VlmConfig,
        image_token: u32,
        vision: VisionTransformer,
        decoder: Decoder,
        vb: VarBuilder,
    ) -> Result<Self> {
        let (d_vision, d_text) = (config.vision_config.hidden_size, config.text_config.hidden_size);
        let projector = Projector::new(d_vision, d_text, ProjectorInit::Xavier, vb.pp(PROJECTOR_PREFIX))?;
        let (config, device) = (config.clone(), vb.device().clone());
        Ok(Self { vision, projector, decoder, config, image_token, device })
    }

    /// Creates all parameters of a new model in `params`; positions and locations start as sines and cosines, and tokens
    /// look at their like.
    ///
    /// # Errors
    /// When the configuration is inconsistent.
    pub fn initialise(config: &VlmConfig, special: &SpecialTokens, params: &Params) -> Result<Self> {
        let model = Self::new(config, special.image, params.builder())?;
        initialise_positions(params, VISION_PREFIX, &config.vision_config)?;
        initialise_locations(params, special)?;
        initialise_similar_attention(params, DECODER_PREFIX, &config.text_config, SIMILARITY)?;
        Ok(model)
    }

    /// Pictures as the tower wants them.
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, 3, side, side]`.
    /// # Errors
    /// When the device fails.
    pub fn preprocess(&self, pictures: &[RgbImage]) -> Result<Tensor> {
        self.preprocess_at(pictures, self.config.vision_config.image_size)
    }

    /// Pictures as the tower wants them, at another side than its own: it interpolates its positions.
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, 3, side, side]`.
    /// # Errors
    /// When the device fails.
    pub fn preprocess_at(&self, pictures: &[RgbImage], side: usize) -> Result<Tensor> {
        preprocess(pictures, side, &self.config.normalisation, &self.device)
    }

    /// The image tokens as the decoder reads them: every patch, neither pooled nor normalised to unit length.
    ///
    /// # Shapes
    /// `pixels`: `[b, 3, side, side]` → `[b, n, d_text]`.
    /// # Errors
    /// When the pixels have another shape.
    pub fn image_features(&self, pixels: &Tensor) -> Result<Tensor> {
        // ANCHOR: image_features
        let patches = self.vision.forward(pixels)?; // [b, n, d_vision]
        self.projector.forward(&patches) // [b, n, d_text]
        // ANCHOR_END: image_features
    }

    /// The sequence as the decoder reads it: scaled word embeddings, image tokens in the places kept for them.
    ///
    /// # Shapes
    /// `ids`: `[b, t]` of u32, `image_features`: `[b, n, d_text]` → `[b, t, d_text]`.
    /// # Errors
    /// When a row has not exactly `n` places for image tokens.
    pub fn embed(&self, ids: &Tensor, image_features: &Tensor) -> Result<Tensor> {
        // ANCHOR: embed
        let words = self.decoder.embed(ids)?; // [b, t, d_text]
        Ok(merge(ids, &words, image_features, self.image_token)?) // [b, t, d_text]
        // ANCHOR_END: embed
    }

    /// The logits of the positions that predict the answer, and of no others.
    ///
    /// # Shapes
    /// → `[m, vocabulary]`, one row for each entry of `batch.predicting`.
    /// # Errors
    /// When the batch does not fit the model.
    pub fn answer_logits(&self, batch: &Batch) -> Result<Tensor> {
        // ANCHOR: answer_logits
        let x = self.embed(&batch.ids, &self.image_features(&batch.pixels)?)?; // [b, t, d]
        let t = x.dim(1)?;
        let allowed = prefix_lm_mask(&batch.prefix_lengths, &batch.lengths, t, &self.device)?; // [b, t, t]
        let positions = Tensor::arange(0u32, t as u32, &self.device)?; // [t]
        let predicting = self.decoder.forward_chosen(&x, &positions, &allowed, &batch.predicting)?; // [m, d]
        self.decoder.logits(&predicting) // [m, vocabulary]
        // ANCHOR_END: answer_logits
    }

    /// The vision tower.
    pub fn vision(&self) -> &VisionTransformer {
        &self.vision
    }

    /// The projector.
    pub fn projector(&self) -> &Projector {
        &self.projector
    }

    /// The decoder, for generation.
    pub fn decoder(&self) -> &Decoder {
        &self.decoder
    }

    /// The shape of this model.
    pub fn config(&self) -> &VlmConfig {
        &self.config
    }

    /// How many tokens a picture takes.
    pub fn image_tokens(&self) -> usize {
        self.config.vision_config.num_patches()
    }

    /// How many tokens a picture of this side takes.
    pub fn image_tokens_at(&self, side: usize) -> usize {
        (side / self.config.vision_config.patch_size).pow(2)
    }

    /// Where this model computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The type of its numbers.
    pub fn dtype(&self) -> DType {
        self.decoder.dtype()
    }
}
