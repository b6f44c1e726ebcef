//! From a folder to a model that can be asked.

use std::path::Path;

use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::{DType, Device};
use foundations::VarBuilder;
use serde_json::Value;
use siglip_training::tokenizer::LOCATION_BINS;
use siglip_training::{Tokenizer, TokenizerError};

use super::config::{PaliGemmaConfig, Published, read_config};
use super::error::HubError;
use super::manifest::{Manifest, paligemma_manifest};
use super::names;
use super::pixels::read_normalisation;
use super::weights::Weights;
use crate::load::Speaker;
use crate::progress::Progress;

/// Models with fewer numbers are there before a bar could be drawn.
const WORTH_A_BAR: usize = 1 << 28;

/// Whether a folder comes from the hub: its `config.json` names a `model_type`, which those of our own runs do not.
pub fn is_hub_folder(folder: &Path) -> bool {
    let text = std::fs::read(folder.join("config.json")).unwrap_or_default();
    serde_json::from_slice::<Value>(&text).is_ok_and(|json| json.get("model_type").is_some())
}

/// Reads what a folder says about its PaliGemma, pictures included.
///
/// # Errors
/// When a file is damaged or describes another kind of model; `job` says what it is wanted for.
pub fn paligemma_config(folder: &Path, job: &str) -> Result<PaliGemmaConfig, HubError> {
    let mut config = match read_config(folder)? {
        Published::PaliGemma(config) => config,
        Published::Siglip(_) => {
            let problem = format!("is 'siglip', and {job} needs a model that speaks: paligemma");
            return Err(HubError::field(&folder.join("config.json"), "model_type", problem));
        }
    };
    config.model.normalisation = read_normalisation(folder, &config.model.vision_config)?;
    Ok(config)
}

/// A PaliGemma's folder, read as far as its numbers, which stay in the files until they are asked for.
#[derive(Debug)]
pub struct OpenPaliGemma {
    /// Its sizes, and how it sees pictures.
    pub config: PaliGemmaConfig,
    /// Its words.
    pub tokenizer: Tokenizer,
    /// The tensors that a model of these sizes asks for.
    pub manifest: Manifest,
    /// The files, which hold exactly these.
    pub weights: Weights,
}

/// Opens a PaliGemma's folder; `job` says what it is wanted for.
///
/// # Errors
/// When a file of the folder is missing, damaged, or does not fit the others.
pub fn open_paligemma(folder: &Path, job: &str) -> Result<OpenPaliGemma, HubError> {
    let config = paligemma_config(folder, job)?;
    let tokenizer = read_tokenizer(folder, &config)?;
    let manifest = paligemma_manifest(&config.model)?;
    let weights = Weights::open(folder, names::of_paligemma)?;
    weights.check(&manifest)?;
    Ok(OpenPaliGemma { config, tokenizer, manifest, weights })
}

/// Loads a PaliGemma whose numbers are kept as `dtype`, or as they are stored (as f32 where types are mixed).
///
/// # Errors
/// When a file of the folder is missing, damaged, or does not fit the others.
pub fn load_paligemma(folder: &Path, job: &str, dtype: Option<DType>, device: &Device) -> Result<Speaker, HubError> {
    load_with(folder, job, dtype, device, VisionLanguageModel::new)
}

/// Loads a PaliGemma for answering and not for learning: the matrices of its tower and its decoder are rounded to eight bits
/// (q8_0) as they are read, layer by layer. Matrices whose rows are no multiple of 32 numbers long stay as they are stored
/// (in the published towers, `fc2` with its rows of 4,304), and so do the embedding table, the projector, and all that is
/// no matrix.
///
/// # Errors
/// When a file of the folder is missing, damaged, or does not fit the others.
pub fn load_paligemma_quantised(folder: &Path, job: &str, device: &Device) -> Result<Speaker, HubError> {
    load_with(folder, job, None, device, VisionLanguageModel::new_quantised)
}

/// Opens a folder and lets `build` ask for its numbers.
fn load_with(
    folder: &Path,
    job: &str,
    dtype: Option<DType>,
    device: &Device,
    build: fn(&VlmConfig, u32, VarBuilder) -> candle_core::Result<VisionLanguageModel>,
) -> Result<Speaker, HubError> {
    let OpenPaliGemma { config, tokenizer, manifest, weights } = open_paligemma(folder, job)?;
    // SAFETY: the model is here to answer: it computes with its tensors, and writes into none.
    let builder = unsafe { weights.builder(dtype.unwrap_or_else(|| weights.dtype()), device, bar(&manifest)) };
    let model = build(&config.model, tokenizer.special().image, builder)?;
    Ok(Speaker { model, tokenizer })
}

/// Shows how many tensors have been read, where that takes long enough to be looked at.
pub(super) fn bar(manifest: &Manifest) -> impl FnMut(usize) + Send + 'static {
    let numbers: usize = manifest.values().map(|shape| shape.iter().product::<usize>()).sum();
    let total = manifest.len();
    let mut progress = (numbers > WORTH_A_BAR).then(|| Progress::new("tensors", total as u64, 0));
    move |read| {
        let Some(progress) = &mut progress else { return };
        progress.set(read as u64, "");
        if read >= total {
            progress.finish();
        }
    }
}

/// Reads `tokenizer.json` and compares it with the configuration.
fn read_tokenizer(folder: &Path, config: &PaliGemmaConfig) -> Result<Tokenizer, HubError> {
    let path = &folder.join("tokenizer.json");
    let tokenizer = Tokenizer::load(path).map_err(|error| match error {
        TokenizerError::MissingToken(token) => {
            let problem = "is not in the vocabulary; take tokenizer.json from the same PaliGemma as the weights";
            HubError::field(path, format!("the token '{}'", token.escape_default()), problem)
        }
        error => error.into(),
    })?;
    let special = tokenizer.special();
    if let Some(image_token) = config.image_token.filter(|token| *token != special.image) {
        let problem = format!("is {}, but image_token_index in config.json is {image_token}", special.image);
        return Err(HubError::field(path, "the token '<image>'", problem));
    }
    // The placeholder, too, is looked up before the image token takes its place.
    let last_location = special.first_location + LOCATION_BINS - 1;
    let most = [special.pad, special.eos, special.bos, special.newline, last_location, special.image];
    let vocabulary = config.model.text_config.vocab_size;
    match most.into_iter().find(|token| *token as usize >= vocabulary) {
        Some(token) => Err(HubError::field(
            path,
            format!("token number {token}"),
            format!("is beyond text_config.vocab_size in config.json, {vocabulary}"),
        )),
        None => Ok(tokenizer),
    }
}
