//! Where the weights of a run come from: another run, or a PaliGemma's folder from the hub.

use std::collections::BTreeMap;

use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::Tensor;
use foundations::Params;
use published_weights::at_side;
use published_weights::resolution::positions_name;
use siglip_training::Tokenizer;

use crate::error::{Result, VlmError};
use crate::hub::{is_hub_folder, open_paligemma, paligemma_manifest};
use crate::load::{load_run_weights, params_to_fill};
use crate::run_folder::{ModelConfig, PUBLISHED, RunConfig, RunFolder, Task};

/// What the command is doing, for messages.
const JOB: &str = "fine-tuning";

/// What the lender says of itself. Only a folder run takes weights from the hub.
///
/// # Errors
/// When it is no run, or a folder from the hub that cannot be used.
pub fn config(lender: &RunFolder, task: Task) -> Result<RunConfig> {
    if task != Task::Folder || !is_hub_folder(lender.path()) {
        return lender.config();
    }
    let model = ModelConfig::Vlm(open_paligemma(lender.path(), JOB)?.config.model);
    Ok(RunConfig { task: Task::Vlm, preset: PUBLISHED.to_owned(), model })
}

/// The lender's tokenizer.
///
/// # Errors
/// When a file is missing or damaged.
pub fn tokenizer(lender: &RunFolder) -> Result<Tokenizer> {
    if is_hub_folder(lender.path()) { Ok(open_paligemma(lender.path(), JOB)?.tokenizer) } else { lender.tokenizer() }
}

/// Copies all weights of a model that speaks into `params`, the parameters of a model of configuration `wanted`. Low-rank
/// adapters that the lender has none of stay as they start, and positions are resampled where pictures have another side.
///
/// # Errors
/// When a file is missing or damaged, or a tensor does not fit.
pub fn lend(lender: &RunFolder, wanted: &VlmConfig, params: &Params) -> Result<()> {
    if is_hub_folder(lender.path()) {
        return from_hub(lender, wanted, params);
    }
    match lender.config()?.model {
        ModelConfig::Vlm(config) if config.vision_config == wanted.vision_config => {
            let has_adapters = config.text_config.lora.is_some();
            load_run_weights(lender, params, |name| has_adapters || !is_adapter(name))
        }
        ModelConfig::Vlm(config) => from_run(lender, &config, wanted, params),
        ModelConfig::Siglip(_) => {
            let (path, found) = (lender.path().to_owned(), Task::Siglip);
            Err(VlmError::WrongKind { path, found, job: JOB, needed: "vlm" })
        }
    }
}

/// One tensor after the other: three billion numbers are not read into memory beside those that they replace.
fn from_hub(lender: &RunFolder, wanted: &VlmConfig, params: &Params) -> Result<()> {
    let published = open_paligemma(lender.path(), JOB)?;
    let read = |name: &str| published.weights.tensor(name, params.dtype(), params.device());
    let mut positions = BTreeMap::from([(positions_name(), read(&positions_name())?)]);
    at_side(&published.config.model.vision_config, &mut positions, wanted.vision_config.image_size)?;
    for name in published.manifest.keys().filter(|name| !positions.contains_key(*name)) {
        params.set(name, &read(name)?)?;
    }
    set_all(params, &positions)
}

fn from_run(lender: &RunFolder, config: &VlmConfig, wanted: &VlmConfig, params: &Params) -> Result<()> {
    let lent = params_to_fill(lender, paligemma_manifest(config), params.dtype(), params.device())?;
    VisionLanguageModel::new(config, lender.tokenizer()?.special().image, lent.builder())?;
    load_run_weights(lender, &lent, |_| true)?;
    let mut tensors = lent.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor())).collect();
    at_side(&config.vision_config, &mut tensors, wanted.vision_config.image_size)?;
    set_all(params, &tensors)
}

fn set_all(params: &Params, tensors: &BTreeMap<String, Tensor>) -> Result<()> {
    tensors.iter().try_for_each(|(name, tensor)| Ok(params.set(name, tensor)?))
}

fn is_adapter(name: &str) -> bool {
    name.ends_with(".lora_a") || name.ends_with(".lora_b")
}
