//! An arm of phase one: the recipe, with another loss, another batch or another bias to start from.

use contrastive_loss::logits::INITIAL_BIAS;
use siglip_training::{ContrastiveLoss, PairConfig, Size};

use crate::plan::{ContrastivePlan, Phase, Plan};
use crate::recipe;
use crate::run_folder::Task;

/// What an arm of phase one is trained with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContrastiveArm {
    /// What is minimised.
    pub loss: ContrastiveLoss,
    /// Pictures in a batch.
    pub batch: usize,
    /// Where the bias `b` starts.
    pub bias: f64,
}

impl ContrastiveArm {
    /// The recipe, in batches of this many pictures.
    pub fn with_batch(batch: usize) -> Self {
        Self { loss: ContrastiveLoss::Sigmoid, batch, bias: INITIAL_BIAS }
    }

    /// The plan of this arm. The bias is not part of a plan: it is one number, set before the first step.
    pub fn plan(&self, size: &Size, vocabulary: usize, seed: u64, steps: u64) -> (Plan, ContrastivePlan) {
        let phase = ContrastivePlan {
            model: size.dual_encoder(vocabulary),
            pairs: PairConfig { batch_size: self.batch, ..recipe::pairs(size) },
            small_share: recipe::small_share(size),
            loss: self.loss,
            lock_pictures: false,
        };
        let preset = size.name.to_owned();
        let wrapped = Phase::Contrastive(phase.clone());
        (Plan { task: Task::Siglip, preset, seed, steps, learning_rate: 1.0, phase: wrapped }, phase)
    }
}
