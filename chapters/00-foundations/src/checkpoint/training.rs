//! Everything that a run needs to go on, to the bit, as if it had never stopped.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::compare::{Shapes, compare};
use super::tensor_writer::write_tensors;
use super::{CheckpointError, TensorFile};
use crate::Params;
use crate::optim::Optimizer;

/// Model parameters are stored as `params/<name>`,
const PARAMS: &str = "params/";
/// the optimiser's memory as `optimizer/<name>`,
const OPTIMIZER: &str = "optimizer/";
/// and what the run knows about itself as JSON under this key of the header.
const META: &str = "training";

/// Saves a run in one file: parameters, optimiser, and `meta` (step, seed, position in the data, configuration, …).
///
/// # Errors
/// When `meta` is not representable as JSON, or the file cannot be written.
pub fn save_training(
    path: &Path,
    params: &Params,
    optimizer: &Optimizer,
    meta: &impl Serialize,
) -> Result<(), CheckpointError> {
    let json = serde_json::to_string(meta).map_err(|source| CheckpointError::Meta { path: path.to_owned(), source })?;
    let state = optimizer.state().map_err(|source| CheckpointError::Optimizer { path: path.to_owned(), source })?;
    let mut tensors: BTreeMap<String, Tensor> =
        state.into_iter().map(|(name, tensor)| (format!("{OPTIMIZER}{name}"), tensor)).collect();
    for (name, variable) in params.all() {
        tensors.insert(format!("{PARAMS}{name}"), variable.as_detached_tensor());
    }
    write_tensors(path, tensors, None, Some(HashMap::from([(META.to_owned(), json)])))
}

/// What [`load_training`] found.
#[derive(Debug)]
pub struct TrainingCheckpoint<M> {
    /// What the run knew about itself.
    pub meta: M,
    path: PathBuf,
    params: BTreeMap<String, Tensor>,
    optimizer: BTreeMap<String, Tensor>,
}

/// Reads a file that [`save_training`] wrote. Build the model and the optimiser from `meta`, then
/// [`TrainingCheckpoint::restore`] them.
///
/// # Errors
/// When the file is missing, truncated, or not a training checkpoint, or `meta` is of another kind.
pub fn load_training<M: DeserializeOwned>(path: &Path) -> Result<TrainingCheckpoint<M>, CheckpointError> {
    let mut file = TensorFile::open(path)?;
    let not_training = || CheckpointError::NotATrainingCheckpoint { path: path.to_owned() };
    let json = file.text(META).ok_or_else(not_training)?;
    let meta = serde_json::from_str(json).map_err(|source| CheckpointError::Meta { path: path.to_owned(), source })?;
    let mut checkpoint =
        TrainingCheckpoint { meta, path: path.to_owned(), params: BTreeMap::new(), optimizer: BTreeMap::new() };
    for stored in file.names() {
        let tensor = file.tensor(&stored, &Device::Cpu)?;
        if let Some(name) = stored.strip_prefix(PARAMS) {
            checkpoint.params.insert(name.to_owned(), tensor);
        } else {
            let name = stored.strip_prefix(OPTIMIZER).ok_or_else(not_training)?;
            checkpoint.optimizer.insert(name.to_owned(), tensor);
        }
    }
    Ok(checkpoint)
}

impl<M> TrainingCheckpoint<M> {
    /// Puts the saved numbers into a model and an optimiser of the same make.
    ///
    /// # Errors
    /// When a tensor is missing, left over or misshapen; nothing has then been changed.
    pub fn restore(&self, params: &Params, optimizer: &mut Optimizer) -> Result<(), CheckpointError> {
        // ANCHOR: restore
        let wanted: Shapes =
            params.all().into_iter().map(|(name, variable)| (name, variable.dims().to_vec())).collect();
        let found: Shapes = self.params.iter().map(|(name, tensor)| (name.clone(), tensor.dims().to_vec())).collect();
        compare(&self.path, &wanted, &found)?;
        let state_error = |source| CheckpointError::Optimizer { path: self.path.clone(), source };
        optimizer.load_state(&self.optimizer).map_err(state_error)?;
        for (name, tensor) in &self.params {
            params.set(name, tensor)?;
        }
        Ok(())
        // ANCHOR_END: restore
    }
}

/// Reads the weights of a training checkpoint and leaves the optimiser's memory aside: to be given to
/// [`super::load_weights`] as `rename`.
pub fn weights_of_training(stored: &str) -> Option<String> {
    stored.strip_prefix(PARAMS).map(str::to_owned)
}
