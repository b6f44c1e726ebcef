//! Did it learn? Find the caption of a picture among all captions.
//!
//! The measure is recall@k: how often the right caption is among the k best. Next to the model stands a baseline
//! without any learning: the nearest *training picture*, pixel by pixel, lends its caption.

use candle_core::{DType, Result, Tensor};
use contrastive_loss::recall_at_k;
use data::{Augmentation, Gallery, single_picture};
use foundations::random::generator;
use image::RgbImage;

use crate::dual_encoder::DualEncoder;
use crate::text_tower::{CaptionError, tokenize_captions};
use crate::tokenizer::Tokenizer;

/// Pictures at a time: enough to keep the processor busy, few enough to need little memory.
const CHUNK: usize = 128;

/// How often the right caption is the best one, and among the five best; fractions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retrieval {
    /// recall@1.
    pub top1: f64,
    /// recall@5.
    pub top5: f64,
    /// Number of different captions to choose from.
    pub classes: usize,
}

/// A picture per sprite, centred on a plain background, and which of the distinct captions belongs to it.
#[derive(Debug)]
pub struct Exhibition {
    /// The pictures.
    pub pictures: Vec<RgbImage>,
    /// The distinct captions, in alphabetical order.
    pub captions: Vec<String>,
    /// For each picture the position of its caption.
    pub labels: Vec<usize>,
}

impl Exhibition {
    /// Hangs all sprites of a gallery.
    pub fn new(gallery: &Gallery, side: u32) -> Self {
        let mut captions: Vec<String> = gallery.sprites().iter().map(|sprite| sprite.caption.clone()).collect();
        captions.sort();
        captions.dedup();
        let label = |caption: &String| captions.binary_search(caption).unwrap_or_default();
        let labels = gallery.sprites().iter().map(|sprite| label(&sprite.caption)).collect();
        // Nothing is varied, so the generator is never asked.
        let rng = &mut generator(0, "exhibition");
        let pictures =
            gallery.sprites().iter().map(|sprite| single_picture(sprite, side, &Augmentation::NONE, rng)).collect();
        Self { pictures, captions, labels }
    }

    /// Recall of the labels in a similarity matrix.
    fn retrieval(&self, similarity: &Tensor, labels: &[usize]) -> Result<Retrieval> {
        let recall = |k: usize| recall_at_k(similarity, labels, k.min(self.captions.len()));
        let (top1, top5) = (recall(1)?.image_to_text, recall(5)?.image_to_text);
        Ok(Retrieval { top1, top5, classes: self.captions.len() })
    }
}

/// The vectors of many pictures, a chunk at a time.
///
/// # Shapes
/// `n` pictures → `[n, d]`.
/// # Errors
/// When the device fails.
pub fn embed_pictures(model: &DualEncoder, pictures: &[RgbImage]) -> Result<Tensor> {
    let chunks = pictures.chunks(CHUNK).map(|chunk| Ok(model.encode_pictures(&model.preprocess(chunk)?)?.detach()));
    Tensor::cat(&chunks.collect::<Result<Vec<_>>>()?, 0)
}

/// The vectors of many captions, a chunk at a time.
///
/// # Shapes
/// `n` captions → `[n, d]`.
/// # Errors
/// When the tokenizer or the device fails.
pub fn embed_captions(
    model: &DualEncoder,
    tokenizer: &Tokenizer,
    captions: &[&str],
) -> std::result::Result<Tensor, CaptionError> {
    let length = model.config().text_config.max_position_embeddings;
    let mut vectors = Vec::new();
    for chunk in captions.chunks(CHUNK) {
        let ids = tokenize_captions(tokenizer, chunk, length, model.device())?;
        vectors.push(model.encode_captions(&ids)?.detach());
    }
    Ok(Tensor::cat(&vectors, 0)?)
}

/// How well a model finds the captions of an exhibition. Give it a model with detached parameters.
///
/// # Errors
/// When the tokenizer or the device fails.
pub fn evaluate_retrieval(
    model: &DualEncoder,
    tokenizer: &Tokenizer,
    exhibition: &Exhibition,
) -> std::result::Result<Retrieval, CaptionError> {
    // ANCHOR: evaluate_retrieval
    let captions: Vec<&str> = exhibition.captions.iter().map(String::as_str).collect();
    let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
    let captions = embed_captions(model, tokenizer, &captions)?; // [m, d]
    let similarity = pictures.matmul(&captions.t()?)?; // [n, m]
    Ok(exhibition.retrieval(&similarity, &exhibition.labels)?)
    // ANCHOR_END: evaluate_retrieval
}

/// The baseline: each picture takes the captions of the training pictures that are nearest in pixels. `side` is that of
/// the exhibition's pictures; 32 pixels lose nothing that the comparison could use.
///
/// # Errors
/// When the exhibition's pictures have another side.
pub fn pixel_baseline(training: &Gallery, exhibition: &Exhibition, side: u32) -> Result<Retrieval> {
    // ANCHOR: pixel_baseline
    let known = Exhibition::new(training, side);
    let (seen, unseen) = (flat_pixels(&known.pictures)?, flat_pixels(&exhibition.pictures)?);
    // |u − s|² = |u|² − 2u·s + |s|², and |u|² is the same for all candidates of one picture.
    let closeness = unseen.matmul(&seen.t()?)?.broadcast_sub(&(seen.sqr()?.sum(1)? * 0.5)?)?; // [n, seen]
    let closeness = closeness.to_vec2::<f32>()?;
    let mut best = vec![vec![f32::MIN; exhibition.captions.len()]; exhibition.pictures.len()];
    for (row, scores) in closeness.iter().enumerate() {
        for (score, label) in scores.iter().zip(&known.labels) {
            if let Ok(column) = exhibition.captions.binary_search(&known.captions[*label]) {
                best[row][column] = best[row][column].max(*score);
            }
        }
    }
    exhibition.retrieval(&Tensor::new(best, unseen.device())?, &exhibition.labels)
    // ANCHOR_END: pixel_baseline
}

/// Pictures as rows of numbers, `[n, side·side·3]`.
fn flat_pixels(pictures: &[RgbImage]) -> Result<Tensor> {
    let rows: Vec<f32> =
        pictures.iter().flat_map(|picture| picture.as_raw().iter().map(|&byte| f32::from(byte) / 255.0)).collect();
    let width = rows.len() / pictures.len().max(1);
    Tensor::from_vec(rows, (pictures.len(), width), &candle_core::Device::Cpu)?.to_dtype(DType::F32)
}
