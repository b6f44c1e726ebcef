//! The training loop: batch, loss, gradients, step, and again.
//!
//! The loop knows nothing about pictures or words. What is trained is an [`Objective`]; chapter 6 trains the
//! vision-language model with this very loop.

use std::ops::ControlFlow;
use std::time::Instant;

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use data::DataError;
use foundations::optim::{OptimError, Optimizer, Schedule};
use serde::{Deserialize, Serialize};

use crate::text_tower::CaptionError;

/// Something to be minimised.
pub trait Objective {
    /// One batch, ready on the device.
    type Batch: Send;

    /// The batch of a step: a function of the seed and the step alone.
    ///
    /// # Errors
    /// When the data cannot be read or moved to the device.
    fn batch(&self, step: u64) -> Result<Self::Batch, TrainError>;

    /// The loss of a batch, a scalar, with its graph.
    ///
    /// # Errors
    /// When shapes do not fit.
    fn loss(&self, batch: &Self::Batch, step: u64) -> candle_core::Result<Tensor>;

    /// The loss of a batch as a number, and the gradients of all parameters: backwards from [`Objective::loss`], or the
    /// same shared out over the cores (see [`crate::shards`]).
    ///
    /// # Errors
    /// When shapes do not fit.
    fn gradients(&self, batch: &Self::Batch, step: u64) -> candle_core::Result<(f32, GradStore)> {
        let loss = self.loss(batch, step)?;
        Ok((number(&loss)?, loss.backward()?))
    }

    /// Called after the parameters have moved, for constraints on them.
    ///
    /// # Errors
    /// When a constraint cannot be applied.
    fn after_step(&self) -> candle_core::Result<()> {
        Ok(())
    }

    /// Pictures seen in one step, for the progress display.
    fn pictures_per_step(&self) -> usize;
}

/// The number in a scalar of any type.
///
/// # Errors
/// When `loss` is not a scalar.
pub fn number(loss: &Tensor) -> candle_core::Result<f32> {
    loss.detach().to_dtype(candle_core::DType::F32)?.to_scalar()
}

/// Why training stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The loss is NaN or infinite. The parameters still hold the values from before this step.
    #[error(
        "the loss is {loss} at step {step}, so training stopped before that step changed anything; \
         start again with a lower learning rate or another seed"
    )]
    Diverged {
        /// The step whose loss was not finite.
        step: u64,
        /// That loss.
        loss: f32,
    },
    /// The optimiser refused the gradients.
    #[error("step {step}: {source}")]
    Optim {
        /// The step.
        step: u64,
        /// Why.
        source: OptimError,
    },
    /// The data could not be drawn.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The captions could not be tokenised.
    #[error(transparent)]
    Caption(#[from] CaptionError),
    /// The device or a shape failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    /// An observer of the loop failed, for example while it wrote a checkpoint.
    #[error(transparent)]
    Observer(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// What happened in one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// The step, from 0.
    pub step: u64,
    /// The loss before the parameters moved.
    pub loss: f32,
    /// Length of the whole gradient before clipping.
    pub gradient_norm: f64,
    /// The schedule's factor on all learning rates.
    pub rate: f64,
    /// Wall-clock time of the step.
    pub seconds: f64,
}

/// The state of a training run besides the parameters.
#[derive(Debug)]
pub struct Trainer {
    /// Moves the parameters.
    pub optimizer: Optimizer,
    /// Scales the learning rates over time.
    pub schedule: Schedule,
    /// The next step.
    pub step: u64,
}

impl Trainer {
    /// A run that begins at step 0.
    pub fn new(optimizer: Optimizer, schedule: Schedule) -> Self {
        Self { optimizer, schedule, step: 0 }
    }

    /// One step: batch → loss and gradients → parameters.
    ///
    /// # Errors
    /// See [`TrainError`]. After a loss or a gradient that is not finite nothing has changed; after an error of the device in the
    /// middle of a step, go back to a checkpoint.
    pub fn train_step<O: Objective>(&mut self, objective: &O) -> Result<StepRecord, TrainError> {
        // ANCHOR: train_step
        let (step, started) = (self.step, Instant::now());
        let batch = objective.batch(step)?;
        let (loss, gradients) = objective.gradients(&batch, step)?;
        if !loss.is_finite() {
            return Err(TrainError::Diverged { step, loss });
        }
        let rate = self.schedule.factor(step);
        let report = self.optimizer.step(&gradients, rate).map_err(|source| TrainError::Optim { step, source })?;
        objective.after_step()?;
        self.step += 1;
        let seconds = started.elapsed().as_secs_f64();
        Ok(StepRecord { step, loss, gradient_norm: report.gradient_norm, rate, seconds })
        // ANCHOR_END: train_step
    }

    /// Steps until `total` is reached or `observe` says stop (for Ctrl-C). `observe` sees the trainer after each step
    /// and may save it.
    ///
    /// # Errors
    /// See [`TrainError`].
    pub fn run<O: Objective>(
        &mut self,
        objective: &O,
        total: u64,
        mut observe: impl FnMut(&StepRecord, &Self) -> Result<ControlFlow<()>, TrainError>,
    ) -> Result<ControlFlow<()>, TrainError> {
        while self.step < total {
            let record = self.train_step(objective)?;
            if observe(&record, self)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
