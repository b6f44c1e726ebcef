//! The plan of a training run: every setting that the result depends on, in one value.
//!
//! The plan is saved inside the training checkpoint, so a run that goes on needs no options: it cannot go on with others.

use std::path::PathBuf;

use autoregressive_training::{MixtureConfig, Variant, VlmConfig};
use foundations::optim::Schedule;
use projection::Frozen;
use serde::{Deserialize, Serialize};
use siglip_training::{ContrastiveLoss, DualEncoderConfig, PairConfig};

use crate::run_folder::{ModelConfig, RunConfig, Task};

/// Everything that decides how a run goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the model is trained for.
    pub task: Task,
    /// The name of its size.
    pub preset: String,
    /// Everything random follows from this number.
    pub seed: u64,
    /// Length of the run.
    pub steps: u64,
    /// Multiplies the learning rates of the recipe.
    pub learning_rate: f64,
    /// What is particular to the phase.
    pub phase: Phase,
}

/// Contrastive or generative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Phase one.
    Contrastive(ContrastivePlan),
    /// Phase two, and transfer.
    Generative(GenerativePlan),
}

/// Settings of phase one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContrastivePlan {
    /// The shape of the model.
    pub model: DualEncoderConfig,
    /// What the batches are made of.
    pub pairs: PairConfig,
    /// Pictures have half their side for this fraction of the steps.
    pub small_share: f64,
    /// What is minimised.
    pub loss: ContrastiveLoss,
    /// Only the text encoder learns (LiT).
    pub lock_pictures: bool,
}

/// Settings of phase two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenerativePlan {
    /// The shape of the model.
    pub model: VlmConfig,
    /// What the batches are made of.
    pub examples: Examples,
    /// Parts that do not learn.
    pub frozen: Frozen,
    /// The vision tower is frozen for this fraction of the steps.
    pub vision_starts: f64,
    /// The vision tower learns at this fraction of the learning rate.
    pub vision_rate: f64,
    /// Pictures have half their side while the vision tower is frozen.
    pub small_first: bool,
    /// Words and projector start from phase one, not only the vision tower.
    #[serde(default)]
    pub aligned: bool,
    /// What an ablation changes about the batches.
    #[serde(default)]
    pub variant: Variant,
}

/// Where generative examples come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Examples {
    /// Captions, questions and boxes.
    Mixture(MixtureConfig),
    /// The easy-VQA benchmark, so many questions at a time.
    EasyVqa(usize),
    /// Somebody's own pictures, to be captioned.
    Folder(FolderPlan),
}

/// Somebody's own pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderPlan {
    /// The folder, with its `captions.tsv`; absolute, so that a run goes on from anywhere.
    pub pictures: PathBuf,
    /// Pictures in a batch.
    pub batch_size: usize,
}

impl Plan {
    /// What `config.json` says of this run.
    pub fn run_config(&self) -> RunConfig {
        let model = match &self.phase {
            Phase::Contrastive(phase) => ModelConfig::Siglip(phase.model.clone()),
            Phase::Generative(phase) => ModelConfig::Vlm(phase.model.clone()),
        };
        RunConfig { task: self.task, preset: self.preset.clone(), model }
    }

    /// Warm up, then follow a cosine down to nearly nothing.
    pub fn schedule(&self) -> Schedule {
        Schedule::Cosine { warmup: (self.steps / 20).min(200), total: self.steps, final_fraction: 0.01 }
    }

    /// The name of the phase in reports and metrics: `contrastive`, `generative`, `easy_vqa`, `folder`.
    pub fn phase_name(&self) -> &'static str {
        match &self.phase {
            Phase::Contrastive(_) => "contrastive",
            Phase::Generative(GenerativePlan { examples: Examples::Mixture(_), .. }) => "generative",
            Phase::Generative(GenerativePlan { examples: Examples::EasyVqa(_), .. }) => "easy_vqa",
            Phase::Generative(GenerativePlan { examples: Examples::Folder(_), .. }) => "folder",
        }
    }

    /// Pictures in a batch.
    pub fn batch_size(&self) -> usize {
        match &self.phase {
            Phase::Contrastive(plan) => plan.pairs.batch_size,
            Phase::Generative(GenerativePlan { examples: Examples::Mixture(mixture), .. }) => mixture.batch_size,
            Phase::Generative(GenerativePlan { examples: Examples::EasyVqa(batch), .. }) => *batch,
            Phase::Generative(GenerativePlan { examples: Examples::Folder(folder), .. }) => folder.batch_size,
        }
    }

    /// Changes the number of pictures in a batch.
    pub fn set_batch_size(&mut self, size: usize) {
        match &mut self.phase {
            Phase::Contrastive(plan) => plan.pairs.batch_size = size,
            Phase::Generative(GenerativePlan { examples: Examples::Mixture(mixture), .. }) => mixture.batch_size = size,
            Phase::Generative(GenerativePlan { examples: Examples::EasyVqa(batch), .. }) => *batch = size,
            Phase::Generative(GenerativePlan { examples: Examples::Folder(folder), .. }) => folder.batch_size = size,
        }
    }
}

impl ContrastivePlan {
    /// What the batches are made of in a run of `steps` steps.
    pub fn pairs(&self, steps: u64) -> PairConfig {
        PairConfig { small_until: (self.small_share * steps as f64).round() as u64, ..self.pairs.clone() }
    }
}

impl GenerativePlan {
    /// What the batches are made of in a run of `steps` steps, if they are drawn from the mixture.
    pub fn mixture(&self, steps: u64) -> Option<MixtureConfig> {
        let Examples::Mixture(mixture) = &self.examples else { return None };
        let small_until = if self.small_first { self.vision_joins_at(steps) } else { 0 };
        Some(MixtureConfig { small_until, ..mixture.clone() })
    }

    /// The step at which the vision tower joins, of `steps`.
    pub fn vision_joins_at(&self, steps: u64) -> u64 {
        (self.vision_starts * steps as f64).round() as u64
    }
}
