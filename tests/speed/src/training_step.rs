//! One training step on a batch that is there already: drawing pictures is not what is timed.

use anyhow::Result;
use foundations::Params;
use foundations::optim::{Optimizer, adamw_only};
use siglip_training::Objective;
use siglip_training::trainer::number;

/// Gradients longer than this are shortened, as in the course's recipes.
const CLIP_NORM: f64 = 1.0;

/// How gradients are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Graph {
    /// As the course trains: each core takes rows of the batch from pixels to gradients.
    Shards,
    /// One graph for the whole batch, one operator after another: what a composition of candle's operators does by itself.
    Whole,
}

/// Everything that a step needs.
#[derive(Debug)]
pub struct TrainingStep<O: Objective> {
    objective: O,
    batch: O::Batch,
    optimizer: Optimizer,
    graph: Graph,
}

impl<O: Objective> TrainingStep<O> {
    /// Trains all of `params` with AdamW: PyTorch has no Muon on the CPU to compare with.
    ///
    /// # Errors
    /// When the optimiser cannot be set up.
    pub fn new(objective: O, batch: O::Batch, params: &Params, graph: Graph) -> Result<Self> {
        let optimizer = Optimizer::new(params.all(), adamw_only, Some(CLIP_NORM))?;
        Ok(Self { objective, batch, optimizer, graph })
    }

    /// Loss, gradients, clipping, AdamW. Returns the loss before the step.
    ///
    /// # Errors
    /// When a gradient is missing or not finite.
    pub fn step(&mut self) -> Result<f64> {
        let (loss, gradients) = match self.graph {
            Graph::Shards => self.objective.gradients(&self.batch, 0)?,
            Graph::Whole => {
                let loss = self.objective.loss(&self.batch, 0)?;
                (number(&loss)?, loss.backward()?)
            }
        };
        self.optimizer.step(&gradients, 1.0)?;
        self.objective.after_step()?;
        Ok(f64::from(loss))
    }
}
