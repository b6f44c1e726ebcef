//! Where the weights of a run come from: another run, or a PaliGemma's folder from the hub.

use std::collections::BTreeMap;

use autoregressive_training::{VisionLanguageModel, VlmConfig};
use candle_core::Tensor;
use foundations::Params;
use published_weights::at_side;
use siglip_training::Tokenizer;

use crate::error::{Result, VlmError};
use crate::hub::{is_hub_folder, open_paligemma};
use crate::load::load_run_weights;
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
    let (config, mut tensors) = if is_hub_folder(lender.path()) {
        from_hub(lender, params)?
    } else {
        match lender.config()?.model {
            ModelConfig::Vlm(config) if config.vision_config == wanted.vision_config => {
                let has_adapters = config.text_config.lora.is_some();
                return load_run_weights(lender, params, |name| has_adapters || !is_adapter(name));
            }
            ModelConfig::Vlm(config) => from_run(lender, config, params)?,
            ModelConfig::Siglip(_) => {
                return Err(VlmError::WrongKind {
                    path: lender.path().to_owned(),
                    found: Task::Siglip,
                    job: JOB,
                    needed: "vlm",
                });
            }
        }
    };
    at_side(&config.vision_config, &mut tensors, wanted.vision_config.image_size)?;
    for (name, tensor) in &tensors {
        params.set(name, tensor)?;
    }
    Ok(())
}

type Lent = (VlmConfig, BTreeMap<String, Tensor>);

fn from_hub(lender: &RunFolder, params: &Params) -> Result<Lent> {
    let published = open_paligemma(lender.path(), JOB)?;
    let read = |name: &String| Ok((name.clone(), published.weights.tensor(name, params.device())?));
    let tensors = published.manifest.keys().map(read).collect::<Result<_>>()?;
    Ok((published.config.model, tensors))
}

fn from_run(lender: &RunFolder, config: VlmConfig, params: &Params) -> Result<Lent> {
    let lent = Params::new(0, params.dtype(), params.device());
    VisionLanguageModel::initialise(&config, lender.tokenizer()?.special(), &lent)?;
    load_run_weights(lender, &lent, |_| true)?;
    let tensors = lent.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor())).collect();
    Ok((config, tensors))
}

fn is_adapter(name: &str) -> bool {
    name.ends_with(".lora_a") || name.ends_with(".lora_b")
}
