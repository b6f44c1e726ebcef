//! The run of a plan: start or go on, step, save now and then, stop when asked.

use std::ops::ControlFlow;
use std::time::Instant;

use candle_core::DType;
use foundations::Params;
use foundations::checkpoint::{load_training, save_training, save_weights};
use serde::{Deserialize, Serialize};
use siglip_training::{Objective, StepRecord, TrainError, Trainer};

use crate::assembly::Assembly;
use crate::error::{Result, VlmError};
use crate::interrupt;
use crate::load::shortened;
use crate::plan::Plan;
use crate::progress::{Progress, TrainingSummary};
use crate::recipe::{PAUSE_PER_SAVE, SHORTEST_PAUSE};
use crate::run_folder::RunFolder;

/// What a training checkpoint knows besides the tensors. Batches are a function of seed and step, so the position in
/// the data is the step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The plan that is being carried out.
    pub plan: Plan,
    /// Steps done.
    pub step: u64,
}

/// Reads what the checkpoint of a run knows besides the tensors.
///
/// # Errors
/// When there is none, or it is damaged.
pub fn read_saved(folder: &RunFolder) -> Result<Saved> {
    Ok(load_training::<Saved>(&folder.training_file())?.meta)
}

/// A run while it goes on.
struct Run<'a, O> {
    plan: &'a Plan,
    folder: &'a RunFolder,
    assembly: &'a Assembly<O>,
    records: Vec<StepRecord>,
    /// The step of the last checkpoint,
    saved: u64,
    /// and when it is time for another.
    next_save: Instant,
    progress: Progress,
    summary: TrainingSummary,
}

/// Carries out a plan from its beginning, or from the last checkpoint in `folder`. At the end, the folder holds the
/// trained weights.
///
/// # Errors
/// When training diverges, the folder cannot be written, or Ctrl-C was pressed; what has been saved stays.
pub fn train<O: Objective>(
    plan: &Plan,
    folder: &RunFolder,
    assembly: &Assembly<O>,
    goes_on: bool,
    resume_command: &str,
) -> Result<Vec<StepRecord>> {
    folder.forget_partial_files();
    let mut trainer = Trainer::new(assembly.optimizer(0)?, plan.schedule());
    let records = if goes_on { restore(folder, assembly, &mut trainer)? } else { Vec::new() };
    let mut run = Run {
        plan,
        folder,
        assembly,
        records,
        saved: trainer.step,
        next_save: Instant::now() + SHORTEST_PAUSE,
        progress: Progress::new(plan.phase_name(), plan.steps, trainer.step),
        summary: TrainingSummary::default(),
    };
    if !goes_on {
        // Before the first step: a folder that cannot be written to is found out now, not after an hour.
        run.save(&trainer)?;
    }
    let ended = both_halves(assembly, plan.steps, &mut trainer, |record, trainer| run.observe(record, trainer));
    run.progress.finish();
    match ended.map_err(|error| run.diverged(error))? {
        ControlFlow::Continue(()) => {
            run.save(&trainer)?;
            save_weights(&folder.model_file(), &assembly.params, smallest_type(&assembly.params)?)?;
            Ok(run.records)
        }
        ControlFlow::Break(()) => {
            run.save(&trainer)?;
            Err(VlmError::Interrupted { step: trainer.step, total: plan.steps, resume: resume_command.to_owned() })
        }
    }
}

/// Half precision, unless a number is too large for it: rounded, that would be infinite.
fn smallest_type(params: &Params) -> Result<DType> {
    let largest = f64::from(half::f16::MAX);
    for (_, parameter) in params.all() {
        let size =
            parameter.as_tensor().detach().abs()?.flatten_all()?.max(0)?.to_dtype(DType::F64)?.to_scalar::<f64>()?;
        if size > largest {
            return Ok(DType::F32);
        }
    }
    Ok(DType::F16)
}

/// Puts the last checkpoint's numbers into place and returns the log up to there.
fn restore<O: Objective>(folder: &RunFolder, assembly: &Assembly<O>, trainer: &mut Trainer) -> Result<Vec<StepRecord>> {
    let mut checkpoint = load_training::<Saved>(&folder.training_file())?;
    let step = checkpoint.meta.step;
    if step > assembly.turns_at {
        trainer.optimizer = assembly.optimizer(step)?;
    }
    checkpoint.restore(&assembly.params, &mut trainer.optimizer).map_err(shortened)?;
    trainer.step = step;
    // The log may be ahead of the checkpoint, if the run was killed between the two.
    Ok(folder.read_log()?.into_iter().filter(|record| record.step < step).collect())
}

/// Trains up to the step at which the run turns, and on from there to step `total` with all parameters that learn then.
/// `observe` is told of each step and may stop the run.
///
/// # Errors
/// When training diverges, or `observe` fails.
pub fn both_halves<O: Objective>(
    assembly: &Assembly<O>,
    total: u64,
    trainer: &mut Trainer,
    mut observe: impl FnMut(&StepRecord, &Trainer) -> Result<ControlFlow<()>>,
) -> Result<ControlFlow<()>> {
    let mut steps = |trainer: &mut Trainer, until: u64| -> Result<ControlFlow<()>> {
        let objective = &assembly.objective;
        Ok(trainer.run(objective, until, |record, trainer| observe(record, trainer).map_err(observer_error))?)
    };
    let turns_at = assembly.turns_at;
    if turns_at > 0 && trainer.step <= turns_at {
        if steps(trainer, turns_at.min(total))?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if turns_at < total {
            trainer.optimizer = assembly.joined(&trainer.optimizer)?;
        } // otherwise no step is left, and a checkpoint of this step goes on with the optimiser that it has had
    }
    steps(trainer, total)
}

impl<O: Objective> Run<'_, O> {
    /// After each step: log, show, save now and then.
    fn observe(&mut self, record: &StepRecord, trainer: &Trainer) -> Result<ControlFlow<()>> {
        self.records.push(*record);
        let message = self.summary.observe(record, self.assembly.objective.pictures_per_step());
        self.progress.set(record.step + 1, &message);
        if interrupt::requested() {
            return Ok(ControlFlow::Break(()));
        }
        if Instant::now() > self.next_save {
            self.save(trainer)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Writes a checkpoint and the log up to it.
    fn save(&mut self, trainer: &Trainer) -> Result<()> {
        let begun = Instant::now();
        let saved = Saved { plan: self.plan.clone(), step: trainer.step };
        self.folder.write_log(&self.records)?;
        save_training(&self.folder.training_file(), &self.assembly.params, &trainer.optimizer, &saved)?;
        self.saved = trainer.step;
        self.next_save = Instant::now() + SHORTEST_PAUSE.max(begun.elapsed() * PAUSE_PER_SAVE);
        Ok(())
    }

    /// Says which checkpoint is left when training has diverged.
    fn diverged(&self, error: VlmError) -> VlmError {
        match error {
            VlmError::Train(source @ (TrainError::Diverged { .. } | TrainError::Optim { .. })) => {
                VlmError::Diverged { source: Box::new(source), path: self.folder.training_file(), step: self.saved }
            }
            other => other,
        }
    }
}

fn observer_error(error: VlmError) -> TrainError {
    TrainError::Observer(Box::new(error))
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;

    /// 65,504 is the largest number of f16; a model with a larger one is saved in f32.
    #[test]
    fn numbers_too_large_for_half_precision_are_kept() -> Result<()> {
        let params = Params::new(0, DType::F32, &Device::Cpu);
        params.insert("small", &Tensor::new(&[1f32, -65_504.0], &Device::Cpu)?)?;
        assert_eq!(smallest_type(&params)?, DType::F16);
        params.insert("large", &Tensor::new(&[[0f32, -1e5]], &Device::Cpu)?)?;
        assert_eq!(smallest_type(&params)?, DType::F32);
        Ok(())
    }
}
