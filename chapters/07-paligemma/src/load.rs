//! From a run's files to a model that can be asked.

use std::path::PathBuf;

use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::{DType, Device};
use foundations::Params;
use foundations::checkpoint::{CheckpointError, load_part, weights_of_training};
use siglip_training::{DualEncoder, DualEncoderConfig, Tokenizer};

use crate::error::{Result, VlmError};
use crate::hub::{Manifest, is_hub_folder, load_paligemma, paligemma_manifest, siglip_manifest};
use crate::run_folder::{ModelConfig, RunConfig, RunFolder};

/// So many numbers are set aside without asking whether a file holds them: that it does not is found out tensor by tensor.
const NOT_WORTH_A_LOOK: usize = 1 << 26;
/// More problems than this are counted, not listed.
const MOST_PROBLEMS: usize = 4;

/// A phase-one model with its tokenizer.
#[derive(Debug)]
pub struct Retriever {
    /// The model, with detached parameters.
    pub model: DualEncoder,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
}

/// A phase-two model with its tokenizer.
#[derive(Debug)]
pub struct Speaker {
    /// The model, with detached parameters.
    pub model: VisionLanguageModel,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
}

impl Retriever {
    /// Loads the model of a phase-one run; `job` says what it is wanted for.
    ///
    /// # Errors
    /// When the run is of the other kind, or one of its files is missing or damaged.
    pub fn load(run: &RunFolder, job: &'static str, device: &Device) -> Result<Self> {
        let config = run.config()?;
        match &config.model {
            ModelConfig::Siglip(model) => Self::of(run, model, device),
            ModelConfig::Vlm(_) => Err(wrong_kind(run, &config, job, "siglip")),
        }
    }

    /// Loads the model of a run whose configuration is known.
    ///
    /// # Errors
    /// When one of its files is missing or damaged.
    pub fn of(run: &RunFolder, config: &DualEncoderConfig, device: &Device) -> Result<Self> {
        let tokenizer = run.tokenizer()?;
        let params = params_to_fill(run, siglip_manifest(config), DType::F32, device)?;
        DualEncoder::new(config, params.builder()).map_err(|source| broken_config(run, source))?;
        load_run_weights(run, &params, |_| true)?;
        // An answer would show it; a comparison of captions would only be wrong.
        for (_, parameter) in params.all() {
            let numbers: Vec<f32> = parameter.as_detached_tensor().flatten_all()?.to_vec1()?;
            if !numbers.iter().all(|number| number.is_finite()) {
                return Err(VlmError::BrokenWeights { path: run.path().to_owned() });
            }
        }
        Ok(Self { model: DualEncoder::new(config, params.detached_builder())?, tokenizer })
    }
}

impl Speaker {
    /// Loads the model of a phase-two run or of a folder from the hub; `job` says what it is wanted for.
    ///
    /// # Errors
    /// When the run is of the other kind, or one of its files is missing or damaged.
    pub fn load(run: &RunFolder, job: &'static str, device: &Device) -> Result<Self> {
        if is_hub_folder(run.path()) {
            return Ok(load_paligemma(run.path(), job, None, device)?);
        }
        let config = run.config()?;
        match &config.model {
            ModelConfig::Vlm(model) => Self::of(run, model, device),
            ModelConfig::Siglip(_) => Err(wrong_kind(run, &config, job, "vlm")),
        }
    }

    /// Loads the model of a run whose configuration is known.
    ///
    /// # Errors
    /// When one of its files is missing or damaged.
    pub fn of(run: &RunFolder, config: &VlmConfig, device: &Device) -> Result<Self> {
        let tokenizer = run.tokenizer()?;
        let image = tokenizer.special().image;
        let params = params_to_fill(run, paligemma_manifest(config), DType::F32, device)?;
        VisionLanguageModel::new(config, image, params.builder()).map_err(|source| broken_config(run, source))?;
        load_run_weights(run, &params, |_| true)?;
        Ok(Self { model: VisionLanguageModel::new(config, image, params.detached_builder())?, tokenizer })
    }
}

/// Parameters for the numbers of a run whose configuration asks for `wanted`. Nothing is set aside for a model that its file
/// cannot hold.
///
/// # Errors
/// When there is no file, or the configuration describes no model, or one that is larger than the file.
pub fn params_to_fill(
    run: &RunFolder,
    wanted: candle_core::Result<Manifest>,
    dtype: DType,
    device: &Device,
) -> Result<Params> {
    let wanted = wanted.map_err(|source| broken_config(run, source))?;
    let size = |shape: &Vec<usize>| shape.iter().fold(1usize, |size, side| size.saturating_mul(*side));
    let numbers = wanted.values().map(size).fold(0usize, usize::saturating_add);
    let file = weights_file(run)?;
    let bytes = std::fs::metadata(&file).map_or(0, |file| file.len());
    if numbers > NOT_WORTH_A_LOOK && numbers as u64 > bytes {
        let reason = format!("it has {numbers} numbers, and '{}' has {bytes} bytes", file.display());
        return Err(broken_config(run, candle_core::Error::msg(reason)));
    }
    Ok(Params::to_fill(dtype, device))
}

fn broken_config(run: &RunFolder, source: candle_core::Error) -> VlmError {
    VlmError::BrokenConfig { path: run.file("config.json"), source }
}

fn wrong_kind(run: &RunFolder, config: &RunConfig, job: &'static str, needed: &'static str) -> VlmError {
    VlmError::WrongKind { path: run.path().to_owned(), found: config.task, job, needed }
}

/// The file with a run's weights: those of a finished run or, while it is unfinished, those of its last checkpoint.
fn weights_file(run: &RunFolder) -> Result<PathBuf> {
    let files = [run.model_file(), run.training_file()];
    files.into_iter().find(|file| file.is_file()).ok_or_else(|| VlmError::NotARun {
        path: run.path().to_owned(),
        reason: "it has no model.safetensors".to_owned(),
    })
}

/// Reads a run's weights into those of `params` that `part` names.
///
/// # Errors
/// When there is no file, it is damaged, or a tensor is missing, left over or misshapen.
pub fn load_run_weights(run: &RunFolder, params: &Params, part: impl Fn(&str) -> bool) -> Result<()> {
    let file = weights_file(run)?;
    let loaded = if file == run.training_file() {
        load_part(&file, params, part, weights_of_training)
    } else {
        load_part(&file, params, part, |stored| Some(stored.to_owned()))
    };
    loaded.map_err(shortened)
}

/// A model of another shape differs in every tensor; the first few say enough.
pub fn shortened(error: CheckpointError) -> VlmError {
    let CheckpointError::Mismatch { path, details } = error else { return error.into() };
    CheckpointError::Mismatch { details: first_few(&details), path }.into()
}

fn first_few(details: &str) -> String {
    let problems: Vec<&str> = details.split(", '").collect();
    if problems.len() <= MOST_PROBLEMS {
        return details.to_owned();
    }
    format!("{} and {} more", problems[..MOST_PROBLEMS].join(", '"), problems.len() - MOST_PROBLEMS)
}
