//! Trains an arm from a seed and measures it. The loop, the plans and the examinations are those of every other run.

use std::ops::ControlFlow;

use candle_core::{Device, Tensor};
use siglip_training::trainer::Objective;
use siglip_training::{DualEncoder, Exhibition, Retrieval, Size, StepRecord, Tokenizer, Trainer, evaluate_retrieval};

use super::catalogue::{Metric, Setting};
use super::contrastive_arm::ContrastiveArm;
use super::generative_arm::{GenerativeArm, Start};
use super::held_out::{self, HeldOut};
use crate::assembly::Assembly;
use crate::error::Result;
use crate::metrics::Metrics;
use crate::plan::Plan;
use crate::run_folder::RunFolder;
use crate::subject::Subject;
use crate::training::both_halves;
use crate::{contrastive, generative, interrupt};

/// What all runs share.
#[derive(Debug)]
pub struct Bench {
    /// Size of the models.
    pub size: Size,
    /// The words.
    pub tokenizer: Tokenizer,
    /// Where weights of phase one come from.
    pub init: Option<RunFolder>,
    /// The pictures of the examination.
    pub subject: Subject,
    /// Where to compute.
    pub device: Device,
}

/// What became of a run.
#[derive(Debug)]
pub struct Measured {
    /// What was measured.
    pub metrics: Metrics,
    /// The training loss of each step.
    pub losses: Vec<f32>,
}

impl Bench {
    /// Trains and measures; nothing when Ctrl-C came first. The seed decides about batches and random numbers to start
    /// from, so all arms of one seed share them, as far as they have the same shape.
    ///
    /// # Errors
    /// When the data cannot be read or training diverges.
    pub fn run(
        &self,
        setting: &Setting,
        seed: u64,
        steps: u64,
        observe: impl FnMut(&StepRecord),
    ) -> Result<Option<Measured>> {
        match setting {
            Setting::Contrastive(arm) => self.contrastive(arm, seed, steps, observe),
            Setting::Generative(arm) => self.generative(arm, seed, steps, observe),
        }
    }

    fn contrastive(
        &self,
        arm: &ContrastiveArm,
        seed: u64,
        steps: u64,
        observe: impl FnMut(&StepRecord),
    ) -> Result<Option<Measured>> {
        let (plan, phase) = arm.plan(&self.size, self.tokenizer.vocabulary(), seed, steps);
        let assembly = contrastive::assemble(&plan, &phase, self.tokenizer.clone(), None, &self.device)?;
        assembly.params.set("logit_bias", &Tensor::new(&[arm.bias as f32], &self.device)?)?;
        let Some(losses) = losses(&plan, &assembly, observe)? else { return Ok(None) };
        let model = DualEncoder::new(&phase.model, assembly.params.detached_builder())?;
        let exhibition = Exhibition::new(&self.subject.nouns, self.size.image_size as u32);
        let Retrieval { top1, top5, .. } = evaluate_retrieval(&model, &self.tokenizer, &exhibition)?;
        Ok(Some(Measured { metrics: named([(Metric::Top1, top1), (Metric::Top5, top5)]), losses }))
    }

    fn generative(
        &self,
        arm: &GenerativeArm,
        seed: u64,
        steps: u64,
        observe: impl FnMut(&StepRecord),
    ) -> Result<Option<Measured>> {
        let (plan, phase) = arm.plan(&self.size, self.tokenizer.vocabulary(), seed, steps);
        let init = self.init.as_ref().filter(|_| arm.start != Start::Random);
        let assembly = generative::assemble(&plan, &phase, self.tokenizer.clone(), init, &self.device)?;
        let Some(losses) = losses(&plan, &assembly, observe)? else { return Ok(None) };
        let mixture = arm.mixture(&self.size);
        let HeldOut { loss, exact } =
            held_out::examine(&phase.model, &assembly.params, &self.tokenizer, &mixture, arm.variant)?;
        Ok(Some(Measured { metrics: named([(Metric::Loss, loss), (Metric::Exact, exact)]), losses }))
    }
}

/// Trains to the end of the plan and returns the loss of each step; nothing when Ctrl-C came first.
fn losses<O: Objective>(
    plan: &Plan,
    assembly: &Assembly<O>,
    mut observe: impl FnMut(&StepRecord),
) -> Result<Option<Vec<f32>>> {
    let mut trainer = Trainer::new(assembly.optimizer(0)?, plan.schedule());
    let mut losses = Vec::new();
    let ended = both_halves(assembly, plan.steps, &mut trainer, |record, _| {
        losses.push(record.loss);
        observe(record);
        let is_last = record.step + 1 >= plan.steps; // a finished run is kept, whoever is in a hurry
        Ok(if interrupt::requested() && !is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(ended.is_continue().then_some(losses))
}

fn named(values: [(Metric, f64); 2]) -> Metrics {
    values.into_iter().map(|(metric, value)| (metric.name().to_owned(), value)).collect()
}
