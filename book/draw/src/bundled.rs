//! The trained models and the pictures that they never saw, each loaded when a figure first asks for it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow};
use candle_core::{DType, Device, Tensor, safetensors};
use data::{Augmentation, Composer, Scene, Sprite, single_picture};
use foundations::random::generator;
use image::RgbImage;
use paligemma::load::{Retriever, Speaker};
use paligemma::run_folder::{RunFolder, Task, named_or_bundled};
use paligemma::subject::Subject;
use siglip_training::StepRecord;

/// Side of the pictures, in pixels.
pub const SIDE: u32 = 64;

/// Everything that is bundled with the course.
#[derive(Debug, Default)]
pub struct Bundled {
    retriever: OnceCell<Retriever>,
    speaker: OnceCell<Speaker>,
    subject: OnceCell<Subject>,
}

impl Bundled {
    /// The folder of a bundled run.
    ///
    /// # Errors
    /// When it is not there.
    pub fn run(&self, task: Task) -> Result<RunFolder> {
        Ok(named_or_bundled(None, task, "drawing")?)
    }

    /// The log of a run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn log(&self, task: Task) -> Result<Vec<StepRecord>> {
        Ok(self.run(task)?.read_log()?)
    }

    /// What was measured at the end of a run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn metrics(&self, task: Task) -> Result<BTreeMap<String, f64>> {
        Ok(self.run(task)?.read_json("metrics.json")?)
    }

    /// A run's tensors by name, in f32.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn weights(&self, task: Task) -> Result<HashMap<String, Tensor>> {
        let file = self.run(task)?.model_file();
        let stored = safetensors::load(&file, &Device::Cpu).with_context(|| file.display().to_string())?;
        stored.into_iter().map(|(name, tensor)| Ok((name, tensor.to_dtype(DType::F32)?))).collect()
    }

    /// The phase-one model.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn retriever(&self) -> Result<&Retriever> {
        kept(&self.retriever, || Ok(Retriever::load(&self.run(Task::Siglip)?, "drawing", &Device::Cpu)?))
    }

    /// The phase-two model.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn speaker(&self) -> Result<&Speaker> {
        kept(&self.speaker, || Ok(Speaker::load(&self.run(Task::Vlm)?, "drawing", &Device::Cpu)?))
    }

    /// The artist whom no model was trained on.
    ///
    /// # Errors
    /// When the bundled pictures cannot be read.
    pub fn held_out(&self) -> Result<&Subject> {
        kept(&self.subject, || Ok(Subject::held_out()?))
    }

    /// The held-out artist's picture of a noun, on a plain ground.
    ///
    /// # Errors
    /// When there is no such noun.
    pub fn picture(&self, noun: &str) -> Result<RgbImage> {
        // Nothing is varied, so the generator is never asked.
        Ok(single_picture(self.sprite(noun)?, SIDE, &Augmentation::NONE, &mut generator(0, "picture")))
    }

    fn sprite(&self, noun: &str) -> Result<&Sprite> {
        let mut sprites = self.held_out()?.nouns.sprites().iter();
        sprites.find(|sprite| sprite.caption == noun).ok_or_else(|| anyhow!("no held-out picture shows a '{noun}'"))
    }

    /// Scenes of two or three of the held-out artist's pictures.
    ///
    /// # Errors
    /// When they cannot be composed.
    pub fn scenes(&self, count: usize) -> Result<Vec<Scene>> {
        let rng = &mut generator(0, "figures/scenes");
        let composer = Composer::new(&self.held_out()?.nouns, SIDE, Augmentation::NONE)?;
        let scenes = std::iter::repeat_with(|| composer.compose(rng));
        Ok(scenes.filter(|scene| scene.objects.len() > 1).take(count).collect())
    }
}

/// What a cell holds, made when it is empty.
fn kept<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        let made = make()?;
        return Ok(cell.get_or_init(|| made));
    }
    cell.get().context("a cell that was full is empty")
}
