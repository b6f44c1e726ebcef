//! One optimiser for the whole model: a recipe per parameter, one clip for all, one state to save.

use std::collections::{BTreeMap, BTreeSet};

use candle_core::backprop::GradStore;
use candle_core::{DType, Device, Tensor, Var};
use rayon::prelude::*;

use super::adamw::{AdamWStep, Averages, adamw};
use super::clip::{clip_factor, global_norm, norms};
use super::muon::muon_direction;
use super::{Method, OptimError, Recipe};

/// The name under which the number of steps is saved.
const STEPS: &str = "steps";

/// Trains a list of variables.
#[derive(Debug)]
pub struct Optimizer {
    trained: BTreeMap<String, Trained>, // in the order of the names: the same bits in every run
    clip_norm: Option<f64>,
    steps: u64,
}

/// One variable with everything that belongs to it.
#[derive(Debug)]
struct Trained {
    variable: Var,
    recipe: Recipe,
    memory: Memory,
}

/// What a method remembers from step to step; each tensor has the variable's shape.
#[derive(Debug)]
enum Memory {
    AdamW { averages: Averages, first_moment: Tensor, second_moment: Tensor },
    Muon { momentum: f64, average: Tensor },
}

/// What a step was like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// The norm of all gradients together, before clipping.
    pub gradient_norm: f64,
    /// What clipping multiplied the gradients by: 1 if they were short enough.
    pub clip_factor: f64,
}

impl Optimizer {
    /// An optimiser for `variables`; `recipe` is asked once for each, with its name and shape. `clip_norm` caps the norm of
    /// all gradients together.
    ///
    /// # Errors
    /// When a name occurs twice, or Muon is asked to train something that is not a matrix.
    pub fn new(
        variables: Vec<(String, Var)>,
        recipe: impl Fn(&str, &[usize]) -> Recipe,
        clip_norm: Option<f64>,
    ) -> Result<Self, OptimError> {
        let mut trained = BTreeMap::new();
        for (name, variable) in variables {
            let recipe = recipe(&name, variable.dims());
            let memory = Memory::new(&name, &variable, &recipe)?;
            if trained.insert(name.clone(), Trained { variable, recipe, memory }).is_some() {
                return Err(OptimError::RepeatedName { name });
            }
        }
        Ok(Self { trained, clip_norm, steps: 0 })
    }

    /// One step along `gradients`; `factor` is what the schedule says, between 0 and 1.
    ///
    /// # Errors
    /// When a variable has no gradient, or a gradient is not finite. Then nothing has changed.
    pub fn step(&mut self, gradients: &GradStore, factor: f64) -> Result<StepReport, OptimError> {
        // ANCHOR: optimizer_step
        let gradients = self.collect(gradients)?;
        let norms = norms(&gradients)?;
        let gradient_norm = global_norm(&norms);
        if !gradient_norm.is_finite() {
            return Err(self.non_finite(&norms, gradient_norm));
        }
        let clip_factor = self.clip_norm.map_or(1.0, |max_norm| clip_factor(gradient_norm, max_norm));
        self.steps += 1;
        let number = self.steps;
        let step = |(trained, gradient): (&mut Trained, Tensor)| {
            let gradient = if clip_factor < 1.0 { (gradient * clip_factor)? } else { gradient };
            trained.step(&gradient, number, factor)
        };
        let work: Vec<_> = self.trained.values_mut().zip(gradients).collect();
        if work.iter().all(|(trained, _)| trained.variable.device().is_cpu()) {
            // Variables do not depend on one another: the bits are the same whichever core takes which.
            work.into_par_iter().try_for_each(step)?;
        } else {
            work.into_iter().try_for_each(step)?;
        }
        Ok(StepReport { gradient_norm, clip_factor })
        // ANCHOR_END: optimizer_step
    }

    /// Each variable's gradient, detached: otherwise it would keep the whole forward pass in memory.
    fn collect(&self, gradients: &GradStore) -> Result<Vec<Tensor>, OptimError> {
        // ANCHOR: collect
        let gradient_of = |(name, trained): (&String, &Trained)| match gradients.get(&trained.variable) {
            Some(gradient) => Ok(gradient.detach()),
            None => Err(OptimError::MissingGradient { name: name.clone() }),
        };
        self.trained.iter().map(gradient_of).collect()
        // ANCHOR_END: collect
    }

    fn non_finite(&self, norms: &[f64], norm: f64) -> OptimError {
        let culprit = self.trained.keys().zip(norms).find(|(_, norm)| !norm.is_finite());
        // Each norm can be finite and only their sum overflow: then the blame is everyone's.
        let name = culprit.map_or_else(|| "all parameters together".to_owned(), |(name, _)| name.clone());
        OptimError::NonFiniteGradient { name, norm }
    }

    /// How many steps have been taken.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// A copy of everything that the next step depends on, besides the variables themselves.
    ///
    /// # Errors
    /// When the device runs out of memory.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>, OptimError> {
        let mut state = BTreeMap::from([(STEPS.to_owned(), Tensor::new(self.steps as i64, &Device::Cpu)?)]);
        for (name, trained) in &self.trained {
            for (part, tensor) in trained.memory.parts() {
                // A copy: later steps overwrite the original in place.
                state.insert(format!("{name}/{part}"), tensor.copy()?);
            }
        }
        Ok(state)
    }

    /// Takes over a state that [`Optimizer::state`] returned.
    ///
    /// # Errors
    /// When anything is missing, left over or misshapen. Then nothing has changed.
    pub fn load_state(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), OptimError> {
        self.check_state(state)?;
        self.steps = state[STEPS].to_dtype(DType::I64)?.to_scalar::<i64>()?.unsigned_abs();
        for (name, trained) in &mut self.trained {
            for (part, tensor) in trained.memory.parts_mut() {
                let saved = state[&format!("{name}/{part}")].to_dtype(tensor.dtype())?;
                *tensor = saved.to_device(tensor.device())?.copy()?;
            }
        }
        Ok(())
    }

    fn check_state(&self, state: &BTreeMap<String, Tensor>) -> Result<(), OptimError> {
        let mut problems = Vec::new();
        let mut expected = BTreeSet::from([STEPS.to_owned()]);
        match state.get(STEPS) {
            Some(steps) if steps.rank() == 0 => {}
            _ => problems.push(format!("no step count '{STEPS}'")),
        }
        for (name, trained) in &self.trained {
            for (part, tensor) in trained.memory.parts() {
                let key = format!("{name}/{part}");
                match state.get(&key) {
                    None => problems.push(format!("'{key}' is missing")),
                    Some(saved) if saved.dims() != tensor.dims() => {
                        problems.push(format!("'{key}' has shape {:?}, not {:?}", saved.dims(), tensor.dims()));
                    }
                    Some(_) => {}
                }
                expected.insert(key);
            }
        }
        problems.extend(state.keys().filter(|key| !expected.contains(*key)).map(|key| format!("'{key}' is left over")));
        if problems.is_empty() { Ok(()) } else { Err(OptimError::StateMismatch { details: problems.join(", ") }) }
    }
}

impl Trained {
    fn step(&mut self, gradient: &Tensor, number: u64, factor: f64) -> Result<(), OptimError> {
        // ANCHOR: trained_step
        let Recipe { weight_decay, .. } = self.recipe;
        let learning_rate = self.recipe.learning_rate * factor;
        match &mut self.memory {
            Memory::AdamW { averages, first_moment, second_moment } => {
                let step = AdamWStep { averages: *averages, number, learning_rate, weight_decay };
                adamw(&self.variable, gradient, first_moment, second_moment, &step)?;
            }
            Memory::Muon { momentum, average } => {
                let direction = muon_direction(gradient, average, *momentum)?;
                let decayed = (self.variable.as_detached_tensor() * (1.0 - learning_rate * weight_decay))?;
                self.variable.set(&(decayed - (direction * learning_rate)?)?)?;
            }
        }
        Ok(())
        // ANCHOR_END: trained_step
    }
}

impl Memory {
    fn new(name: &str, variable: &Var, recipe: &Recipe) -> Result<Self, OptimError> {
        match recipe.method {
            Method::AdamW { beta1, beta2, eps } => Ok(Self::AdamW {
                averages: Averages { beta1, beta2, eps },
                first_moment: variable.zeros_like()?,
                second_moment: variable.zeros_like()?,
            }),
            Method::Muon { momentum } if variable.rank() == 2 => {
                Ok(Self::Muon { momentum, average: variable.zeros_like()? })
            }
            Method::Muon { .. } => {
                Err(OptimError::NotAMatrix { name: name.to_owned(), shape: variable.dims().to_vec() })
            }
        }
    }

    fn parts(&self) -> Vec<(&'static str, &Tensor)> {
        match self {
            Self::AdamW { first_moment, second_moment, .. } => {
                vec![("first_moment", first_moment), ("second_moment", second_moment)]
            }
            Self::Muon { average, .. } => vec![("momentum", average)],
        }
    }

    fn parts_mut(&mut self) -> Vec<(&'static str, &mut Tensor)> {
        match self {
            Self::AdamW { first_moment, second_moment, .. } => {
                vec![("first_moment", first_moment), ("second_moment", second_moment)]
            }
            Self::Muon { average, .. } => vec![("momentum", average)],
        }
    }
}
