//! One training run, many tasks: batches drawn from a weighted mixture.
//!
//! Like the pairs of chapter 3, a batch is a function of the seed and the step.

use data::{Augmentation, Composer, DataError, EasyVqa, Gallery, Noun, single_picture};
use foundations::random::generator_at;
use rand::Rng;
use rand::distr::{Distribution, weighted::WeightedIndex};
use rand::seq::IndexedRandom;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use siglip_training::pairs::small_first;

use crate::tasks::{SceneTask, TaskExample, answer_prompt, caption_prompt, scene_task};

/// Where examples come from: the mixture, easy-VQA, or a folder of the user's own.
pub trait ExampleSource: Sync {
    /// The example of row `row` of step `step`.
    ///
    /// # Errors
    /// When a picture cannot be drawn.
    fn example(&self, step: u64, row: u64) -> Result<TaskExample, DataError>;

    /// Rows in a batch.
    fn batch_size(&self) -> usize;

    /// Side of the pictures of a step in pixels, where it is not the model's own.
    fn side_at(&self, _step: u64) -> Option<u32> {
        None
    }

    /// All rows of a step, drawn on all cores; the order is fixed.
    ///
    /// # Errors
    /// When a picture cannot be drawn.
    fn batch(&self, step: u64) -> Result<Vec<TaskExample>, DataError> {
        (0..self.batch_size() as u64).into_par_iter().map(|row| self.example(step, row)).collect()
    }
}

/// What a generative batch is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MixtureConfig {
    /// Pictures in a batch.
    pub batch_size: usize,
    /// Side of a picture in pixels.
    pub side: u32,
    /// In the steps before this one pictures have half the side, as in phase one: see [`small_first`].
    #[serde(default)]
    pub small_until: u64,
    /// Weight of captioning a single emoji, any of the 1,600.
    pub single_caption: f64,
    /// Weight of each task on scenes of the 100 nouns.
    pub scene_tasks: Vec<(SceneTask, f64)>,
    /// How strongly pictures are varied.
    pub augmentation: Augmentation,
}

/// Captions, questions and boxes, mixed.
#[derive(Debug)]
pub struct Mixture {
    gallery: Gallery,
    noun_gallery: Gallery,
    /// 0 = single caption, i + 1 = scene task i.
    choice: WeightedIndex<f64>,
    config: MixtureConfig,
    seed: u64,
}

impl Mixture {
    /// A mixture over the sprites of `gallery`.
    ///
    /// # Errors
    /// When the gallery draws too few of the nouns, or all weights are zero.
    pub fn new(gallery: Gallery, nouns: &[Noun], config: MixtureConfig, seed: u64) -> Result<Self, MixtureError> {
        let noun_gallery = gallery.nouns_only(nouns);
        Composer::new(&noun_gallery, config.side, config.augmentation)?;
        let weights =
            std::iter::once(config.single_caption).chain(config.scene_tasks.iter().map(|(_, weight)| *weight));
        let choice = WeightedIndex::new(weights)?;
        Ok(Self { gallery, noun_gallery, choice, config, seed })
    }
}

/// Why a mixture cannot be drawn from.
#[derive(Debug, thiserror::Error)]
pub enum MixtureError {
    /// The pictures.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The weights.
    #[error("the weights of the tasks must be non-negative and not all zero: {0}")]
    Weights(#[from] rand::distr::weighted::Error),
}

impl ExampleSource for Mixture {
    fn example(&self, step: u64, row: u64) -> Result<TaskExample, DataError> {
        // ANCHOR: mixture_example
        let MixtureConfig { batch_size, augmentation, scene_tasks, .. } = &self.config;
        let side = small_first(self.config.side, self.config.small_until, step);
        let rng = &mut generator_at(self.seed, "mixture", step * *batch_size as u64 + row);
        match self.choice.sample(rng) {
            0 => {
                let sprite = &self.gallery.sprites()[rng.random_range(0..self.gallery.len())];
                let picture = single_picture(sprite, side, augmentation, rng);
                Ok(TaskExample { picture, prompt: caption_prompt("en"), answer: sprite.caption.clone() })
            }
            task => {
                let scene = Composer::new(&self.noun_gallery, side, *augmentation)?.compose(rng);
                let (prompt, answer) = scene_task(scene_tasks[task - 1].0, &scene, rng);
                Ok(TaskExample { picture: scene.picture, prompt, answer })
            }
        }
        // ANCHOR_END: mixture_example
    }

    fn side_at(&self, step: u64) -> Option<u32> {
        Some(small_first(self.config.side, self.config.small_until, step))
    }

    fn batch_size(&self) -> usize {
        self.config.batch_size
    }
}

/// easy-VQA's training questions, drawn by chance.
#[derive(Debug)]
pub struct EasyVqaSource {
    data: EasyVqa,
    batch_size: usize,
    seed: u64,
}

impl EasyVqaSource {
    /// Questions of `data`, `batch_size` at a time.
    pub fn new(data: EasyVqa, batch_size: usize, seed: u64) -> Self {
        Self { data, batch_size, seed }
    }
}

impl ExampleSource for EasyVqaSource {
    fn example(&self, step: u64, row: u64) -> Result<TaskExample, DataError> {
        let rng = &mut generator_at(self.seed, "easy-vqa", step * self.batch_size as u64 + row);
        let question = self.data.questions.choose(rng).ok_or_else(|| DataError::Inconsistent {
            path: data::data_folder().join("easy-vqa"),
            problem: "it has no questions".into(),
        })?;
        Ok(TaskExample {
            picture: self.data.pictures[question.picture].clone(),
            prompt: answer_prompt(&question.text),
            answer: self.data.answers[question.answer].clone(),
        })
    }

    fn batch_size(&self) -> usize {
        self.batch_size
    }
}
