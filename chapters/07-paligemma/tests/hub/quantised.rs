//! Weights of eight bits: what is rounded, and how far that moves an answer.

use std::path::Path;

use autoregressive_training::collate::{Averaging, collate};
use autoregressive_training::{VisionLanguageModel, tokenise_example};
use candle_core::{DType, Device, Tensor, safetensors};
use foundations::Params;
use image::{Rgb, RgbImage};
use paligemma::hub::load::{load_paligemma_quantised, paligemma_config};
use paligemma::hub::{HubError, load_paligemma};
use paligemma::load::Speaker;
use paligemma::trace::{Trace, trace};
use serde_json::json;
use siglip_training::Tokenizer;
use tempfile::TempDir;

use crate::support::{SINGLE, copy_of, edit, fixture};

/// A new PaliGemma whose rows can be cut into blocks of 32, but for those of `fc2` in the tower, as in the published ones.
fn wide_model() -> TempDir {
    let folder = copy_of(SINGLE);
    edit(&folder.path().join("config.json"), |config| {
        let text = [("hidden_size", 64), ("intermediate_size", 96), ("head_dim", 16)];
        let vision = [("hidden_size", 96), ("intermediate_size", 100), ("projection_dim", 64)];
        text.into_iter().for_each(|(field, size)| config["text_config"][field] = json!(size));
        vision.into_iter().for_each(|(field, size)| config["vision_config"][field] = json!(size));
        config["projection_dim"] = json!(64);
    });
    let config = paligemma_config(folder.path(), "a test").expect("a configuration").model;
    let tokenizer = Tokenizer::load(&folder.path().join("tokenizer.json")).expect("the fixture's tokenizer");
    let params = Params::new(5, DType::F32, &Device::Cpu);
    VisionLanguageModel::initialise(&config, tokenizer.special(), &params).expect("a model");
    let tensors = params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor()));
    safetensors::save(&tensors.collect(), folder.path().join("model.safetensors")).expect("room");
    folder
}

/// Every station on the way of a picture to an answer.
fn stations(speaker: Result<Speaker, HubError>) -> Trace {
    let speaker = speaker.expect("a model");
    let picture = RgbImage::from_fn(50, 40, |x, y| Rgb([5 * x as u8, 6 * y as u8, 90]));
    let pixels = speaker.pixels(&picture).expect("pixels");
    let Speaker { model, tokenizer } = speaker;
    let row = tokenise_example(&tokenizer, model.image_tokens(), "caption en", Some("a red dog")).expect("words");
    let batch = collate(&[row], pixels, 0, Averaging::PerToken, &Device::Cpu).expect("a batch");
    trace(&model, &batch).expect("the model runs")
}

fn both(folder: &Path) -> (Trace, Trace) {
    let (device, job) = (Device::Cpu, "a test");
    (stations(load_paligemma(folder, job, None, &device)), stations(load_paligemma_quantised(folder, job, &device)))
}

/// The root of the mean square, and the largest size.
fn sizes(tensor: &Tensor) -> (f32, f32) {
    let numbers: Vec<f32> = tensor.flatten_all().and_then(|flat| flat.to_vec1()).expect("numbers");
    let square: f32 = numbers.iter().map(|number| number * number).sum();
    let largest = numbers.iter().fold(0f32, |largest, number| largest.max(number.abs()));
    ((square / numbers.len() as f32).sqrt(), largest)
}

/// Rounding both weights and inputs to steps of a 127th of the largest of 32 numbers (about 2.2 times their size) is off by
/// 2.2/127/√12 = 0.5 % each, 0.7 % for a product. A logit stands behind 13 products in a row (attention and `fc1` in two
/// layers of the tower; attention, gate and way back in three of the decoder), and the head: √14 · 0.7 % = 2.6 % of the
/// logits' size, and the worst of twenty thousand is off by 4½ times as much, 12 %.
#[test]
fn eight_bits_move_the_logits_of_a_folder_by_a_few_percent() {
    let folder = wide_model();
    let (right, ours) = both(folder.path());
    let moved = (&ours["logits"] - &right["logits"]).expect("the same shapes");
    let ((size, _), (_, largest)) = (sizes(&right["logits"]), sizes(&moved));
    assert!(largest <= 0.12 * size, "logits of size {size} moved by up to {largest}");
    for station in ["vision.layers.0", "vision.layers.1", "decoder.layers.0", "decoder.layers.2", "logits"] {
        let (_, moved) = sizes(&(&ours[station] - &right[station]).expect("the same shapes"));
        assert!(moved > 0.0, "{station}: nothing was rounded");
    }
    let (_, moved) = sizes(&(&ours["vision.embeddings"] - &right["vision.embeddings"]).expect("the same shapes"));
    assert_eq!(moved, 0.0, "patches and positions are not rounded");
}

/// In the fixture only the way out of attention has rows of 32: everything else stays exact.
#[test]
fn rows_that_cannot_be_cut_stay_exact() {
    let (right, ours) = both(&fixture(SINGLE));
    let (_, moved) = sizes(&(&ours["image_features"] - &right["image_features"]).expect("the same shapes"));
    assert_eq!(moved, 0.0, "no matrix of the tower has rows of a multiple of 32");
    let (_, moved) = sizes(&(&ours["decoder.layers.0"] - &right["decoder.layers.0"]).expect("the same shapes"));
    assert!(moved > 0.0, "o_proj is rounded");
}
