//! A published SigLIP: words and pictures in one space.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use published_weights::{Filter, squash_by};
use siglip_training::DualEncoder;

use super::captions::CaptionTokenizer;
use super::config::{Published, SiglipConfig, read_config};
use super::error::HubError;
use super::load::bar;
use super::manifest::siglip_manifest;
use super::names;
use super::pixels::read_pixels;
use super::weights::Weights;
use crate::progress::Progress;

/// Pictures at a time: of 384 pixels, in the larger models, one takes 100 MB on its way.
const CHUNK: usize = 8;
/// Fewer pictures are there before a bar could be drawn.
const WORTH_A_BAR: usize = 100;

/// A dual encoder from the hub with all that its words and pictures need.
#[derive(Debug)]
pub struct PublishedRetriever {
    /// The model.
    pub model: DualEncoder,
    /// Its tokenizer.
    pub captions: CaptionTokenizer,
    side: usize,
    filter: Filter,
}

/// Reads what a folder says about its SigLIP, pictures included; `job` says what it is wanted for.
///
/// # Errors
/// When a file is damaged or describes another kind of model.
fn siglip_config(folder: &Path, job: &str) -> Result<(SiglipConfig, Filter), HubError> {
    let mut config = match read_config(folder)? {
        Published::Siglip(config) => config,
        Published::PaliGemma(_) => {
            let problem = format!("is 'paligemma', and {job} needs a model that compares: siglip");
            return Err(HubError::field(&folder.join("config.json"), "model_type", problem));
        }
    };
    let pixels = read_pixels(folder, &config.model.vision_config, config.side)?;
    config.model.normalisation = pixels.normalisation;
    Ok((config, pixels.filter))
}

impl PublishedRetriever {
    /// Loads a SigLIP or a SigLIP 2 with a fixed resolution; its numbers are kept as f32.
    ///
    /// # Errors
    /// When a file of the folder is missing, damaged, or does not fit the others.
    pub fn load(folder: &Path, job: &str, device: &Device) -> Result<Self, HubError> {
        let (SiglipConfig { model: config, side }, filter) = siglip_config(folder, job)?;
        let text = &config.text_config;
        let tokenizer = folder.join("tokenizer.json");
        let captions = CaptionTokenizer::load(&tokenizer, text.max_position_embeddings, text.vocab_size)?;
        let manifest = siglip_manifest(&config)?;
        let weights = Weights::open(folder, names::of_siglip)?;
        weights.check(&manifest)?;
        // SAFETY: the towers compute with their tensors, and write into none.
        let builder = unsafe { weights.builder(DType::F32, device, bar(&manifest)) };
        Ok(Self { model: DualEncoder::new(&config, builder)?, captions, side, filter })
    }

    /// The side that pictures are squashed to.
    pub fn side(&self) -> usize {
        self.side
    }

    /// One unit vector per text.
    ///
    /// # Shapes
    /// `n` texts → `[n, d]`.
    /// # Errors
    /// When the tokenizer or the device fails.
    pub fn embed_words(&self, texts: &[&str]) -> Result<Tensor, HubError> {
        Ok(self.model.encode_captions(&self.captions.rows(texts, self.model.device())?)?)
    }

    /// One unit vector per picture.
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, d]`.
    /// # Errors
    /// When there is no picture, or the device fails.
    pub fn embed_pictures(&self, pictures: &[RgbImage]) -> Result<Tensor, HubError> {
        let mut progress = (pictures.len() > WORTH_A_BAR).then(|| Progress::new("pictures", pictures.len() as u64, 0));
        let mut vectors = Vec::new();
        for (index, chunk) in pictures.chunks(CHUNK).enumerate() {
            vectors.push(self.model.encode_pictures(&self.pixels(chunk)?)?);
            if let Some(progress) = &mut progress {
                progress.set((index * CHUNK + chunk.len()) as u64, "");
            }
        }
        if let Some(progress) = &progress {
            progress.finish();
        }
        Ok(Tensor::cat(&vectors, 0)?)
    }

    /// Squashed as the model's own pictures were. What does not fill a patch, on the right and below, is left out.
    ///
    /// # Shapes
    /// `n` pictures of any size → `[n, 3, seen, seen]`.
    fn pixels(&self, pictures: &[RgbImage]) -> Result<Tensor, HubError> {
        let squashed: Vec<RgbImage> =
            pictures.iter().map(|picture| squash_by(picture, self.side as u32, self.filter)).collect();
        let seen = self.model.config().vision_config.image_size;
        let pixels = self.model.preprocess_at(&squashed, self.side)?; // [n, 3, side, side]
        Ok(pixels.narrow(2, 0, seen)?.narrow(3, 0, seen)?.contiguous()?)
    }
}
