//! An arm of phase two: the recipe, with another mask, another loss, another start or another size of pictures.

use autoregressive_training::preset::vlm_config;
use autoregressive_training::{MixtureConfig, Variant};
use projection::{Frozen, Part};
use siglip_training::Size;

use crate::plan::{Examples, GenerativePlan, Phase, Plan};
use crate::recipe::{self, VisionJoins};
use crate::run_folder::Task;

/// What an arm starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Vision tower, words and projector from phase one.
    Aligned,
    /// The vision tower from phase one; words and projector at random.
    TowerOnly,
    /// Random numbers.
    Random,
}

/// How the vision tower takes part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Vision {
    /// It stays as it is.
    Frozen,
    /// It joins at some time, at some rate.
    Joins(VisionJoins),
}

/// What an arm of phase two is trained with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GenerativeArm {
    /// Mask, loss, pictures or none.
    pub variant: Variant,
    /// Where the weights come from.
    pub start: Start,
    /// What the vision tower does.
    pub vision: Vision,
    /// Pictures have the model's own side; otherwise half of it, which takes a quarter of the tokens.
    pub full_size: bool,
}

impl GenerativeArm {
    /// The recipe, on pictures of half the side: runs are short, and there are many of them.
    pub fn recipe() -> Self {
        let vision = Vision::Joins(recipe::vision_joins(Task::Vlm, true));
        Self { variant: Variant::default(), start: Start::Aligned, vision, full_size: false }
    }

    /// Side of the pictures in pixels.
    fn side(&self, size: &Size) -> u32 {
        size.image_size as u32 / if self.full_size { 1 } else { 2 }
    }

    /// What the batches are made of.
    pub fn mixture(&self, size: &Size) -> MixtureConfig {
        MixtureConfig { side: self.side(size), ..recipe::mixture(size) }
    }

    /// The plan of this arm.
    pub fn plan(&self, size: &Size, vocabulary: usize, seed: u64, steps: u64) -> (Plan, GenerativePlan) {
        let (frozen, joins) = match self.vision {
            Vision::Frozen => (Frozen::default().with(Part::Vision), VisionJoins { starts: 0.0, rate: 1.0 }),
            Vision::Joins(joins) => (Frozen::default(), joins),
        };
        let phase = GenerativePlan {
            model: vlm_config(size, vocabulary, None),
            examples: Examples::Mixture(self.mixture(size)),
            frozen,
            vision_starts: joins.starts,
            vision_rate: joins.rate,
            small_first: false,
            aligned: self.start == Start::Aligned,
            variant: self.variant,
        };
        let preset = size.name.to_owned();
        let wrapped = Phase::Generative(phase.clone());
        (Plan { task: Task::Vlm, preset, seed, steps, learning_rate: 1.0, phase: wrapped }, phase)
    }
}
