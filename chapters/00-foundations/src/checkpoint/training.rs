//! Everything that a run needs to go on, to the bit, as if it had never stopped.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

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

/// What [`load_training`] found. The tensors stay in the file until they are restored.
#[derive(Debug)]
pub struct TrainingCheckpoint<M> {
    /// What the run knew about itself.
    pub meta: M,
    file: TensorFile,
}

/// Opens a file that [`save_training`] wrote, and reads `meta`. Build the model and the optimiser from it, then
/// [`TrainingCheckpoint::restore`] them.
///
/// # Errors
/// When the file is missing, truncated, or not a training checkpoint, or `meta` is of another kind.
pub fn load_training<M: DeserializeOwned>(path: &Path) -> Result<TrainingCheckpoint<M>, CheckpointError> {
    let file = TensorFile::open(path)?;
    let not_training = || CheckpointError::NotATrainingCheckpoint { path: path.to_owned() };
    let json = file.text(META).ok_or_else(not_training)?;
    let meta = serde_json::from_str(json).map_err(|source| CheckpointError::Meta { path: path.to_owned(), source })?;
    if file.names().iter().any(|name| !name.starts_with(PARAMS) && !name.starts_with(OPTIMIZER)) {
        return Err(not_training());
    }
    Ok(TrainingCheckpoint { meta, file })
}

impl<M> TrainingCheckpoint<M> {
    /// Puts the saved numbers into a model and an optimiser of the same make, one parameter after the other: they are never
    /// in memory twice.
    ///
    /// # Errors
    /// When a tensor is missing, left over or misshapen; nothing has then been changed.
    pub fn restore(&mut self, params: &Params, optimizer: &mut Optimizer) -> Result<(), CheckpointError> {
        // ANCHOR: restore
        let path = self.file.path().to_owned();
        let wanted: Shapes =
            params.all().into_iter().map(|(name, variable)| (name, variable.dims().to_vec())).collect();
        let names = self.file.names();
        let saved = || names.iter().filter_map(|stored| Some((stored.strip_prefix(PARAMS)?.to_owned(), stored)));
        let shape = |stored: &str| self.file.shape(stored).unwrap_or_default().to_vec();
        let found: Shapes = saved().map(|(name, stored)| (name, shape(stored))).collect();
        compare(&path, &wanted, &found)?;
        let mut state = BTreeMap::new();
        for stored in &names {
            if let Some(name) = stored.strip_prefix(OPTIMIZER) {
                state.insert(name.to_owned(), self.file.tensor(stored, &Device::Cpu)?);
            }
        }
        let state_error = |source| CheckpointError::Optimizer { path, source };
        optimizer.load_state(&state).map_err(state_error)?;
        for (name, stored) in saved() {
            params.set(&name, &self.file.tensor(stored, &Device::Cpu)?)?;
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
