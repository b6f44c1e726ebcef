//! A plan becomes things that compute: parameters, objective, recipe.

use candle_core::{DType, Device};
use foundations::Params;
use foundations::optim::{Optimizer, Recipe};
use siglip_training::Objective;

use crate::error::Result;
use crate::plan::Plan;
use crate::recipe::CLIP_NORM;

/// Which parameter learns at a step, given its name.
type Learns = Box<dyn Fn(&str, u64) -> bool>;
/// How a parameter learns, given its name and shape.
type Recipes = Box<dyn Fn(&str, &[usize]) -> Recipe>;

/// Everything that is trained, and how.
pub struct Assembly<O> {
    /// All parameters of the model.
    pub params: Params,
    /// What is minimised.
    pub objective: O,
    /// The step from which steps are of another kind: further parameters join, or pictures grow. 0 when all are alike.
    pub turns_at: u64,
    learns: Learns,
    recipe: Recipes,
}

impl<O: std::fmt::Debug> std::fmt::Debug for Assembly<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { params, objective, turns_at, .. } = self;
        let mut shown = f.debug_struct("Assembly");
        shown.field("params", params).field("objective", objective).field("turns_at", turns_at).finish_non_exhaustive()
    }
}

impl<O: Objective> Assembly<O> {
    /// Puts the parts together.
    pub fn new(
        params: Params,
        objective: O,
        turns_at: u64,
        learns: impl Fn(&str, u64) -> bool + 'static,
        recipe: impl Fn(&str, &[usize]) -> Recipe + 'static,
    ) -> Self {
        Self { params, objective, turns_at, learns: Box::new(learns), recipe: Box::new(recipe) }
    }

    /// A new optimiser of the parameters that learn at `step`.
    ///
    /// # Errors
    /// When a recipe does not fit its parameter.
    pub fn optimizer(&self, step: u64) -> Result<Optimizer> {
        let learning = self.params.all().into_iter().filter(|(name, _)| (self.learns)(name, step)).collect();
        Ok(Optimizer::new(learning, &self.recipe, Some(CLIP_NORM))?)
    }

    /// The optimiser after further parameters have joined: those that learnt before keep their memory.
    ///
    /// # Errors
    /// When a recipe does not fit its parameter.
    pub fn joined(&self, before: &Optimizer) -> Result<Optimizer> {
        let mut optimizer = self.optimizer(self.turns_at)?;
        let mut state = optimizer.state()?;
        state.extend(before.state()?);
        optimizer.load_state(&state)?;
        Ok(optimizer)
    }

    /// How many numbers learn at `step`, of how many.
    pub fn count(&self, step: u64) -> (usize, usize) {
        let all = self.params.all();
        let learning = all.iter().filter(|(name, _)| (self.learns)(name, step));
        (learning.map(|(_, variable)| variable.elem_count()).sum(), self.params.count())
    }
}

/// Empty parameters for a plan, in single precision.
pub fn fresh_params(plan: &Plan, device: &Device) -> Params {
    Params::new(plan.seed, DType::F32, device)
}
