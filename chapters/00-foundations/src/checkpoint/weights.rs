//! Weights alone: for sharing a trained model, and for reading published ones.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{DType, Tensor};

use super::compare::{Shapes, compare};
use super::tensor_writer::write_tensors;
use super::{CheckpointError, TensorFile};
use crate::Params;

/// Saves all parameters, in order of their names. `dtype` is the type on disk: `F16` halves the file.
///
/// # Errors
/// When the file cannot be written.
pub fn save_weights(path: &Path, params: &Params, dtype: DType) -> Result<(), CheckpointError> {
    let tensors = params.all().into_iter().map(|(name, variable)| (name, variable.as_detached_tensor()));
    write_tensors(path, tensors.collect(), Some(dtype), None)
}

/// Saves tensors as they are, in order of their names.
///
/// # Errors
/// When the file cannot be written.
pub fn save_tensors(path: &Path, tensors: BTreeMap<String, Tensor>) -> Result<(), CheckpointError> {
    write_tensors(path, tensors, None, None)
}

/// Reads a file into **all** of `params`. `rename` turns a name in the file into a parameter's name; `None` skips a tensor
/// that the model knowingly has no use for.
///
/// # Errors
/// One error that lists every tensor that is missing, left over or misshapen; nothing has then been changed.
pub fn load_weights(
    path: &Path,
    params: &Params,
    rename: impl Fn(&str) -> Option<String>,
) -> Result<(), CheckpointError> {
    load_part(path, params, |_| true, rename)
}

/// Reads a file into those of `params` whose name satisfies `part`: for example the vision tower of a contrastive
/// checkpoint into a vision-language model. Within the part it is as strict as [`load_weights`].
///
/// # Errors
/// One error that lists every tensor that is missing, left over or misshapen; nothing has then been changed.
pub fn load_part(
    path: &Path,
    params: &Params,
    part: impl Fn(&str) -> bool,
    rename: impl Fn(&str) -> Option<String>,
) -> Result<(), CheckpointError> {
    // ANCHOR: load_part
    let mut file = TensorFile::open(path)?;
    let wanted = params.all().into_iter().filter(|(name, _)| part(name));
    let wanted: Shapes = wanted.map(|(name, variable)| (name, variable.dims().to_vec())).collect();
    let stored_names: BTreeMap<String, String> =
        file.names().into_iter().filter_map(|stored| Some((rename(&stored)?, stored))).collect();
    let shape_of = |stored: &str| file.shape(stored).unwrap_or_default().to_vec();
    let found: Shapes = stored_names.iter().map(|(name, stored)| (name.clone(), shape_of(stored))).collect();
    compare(path, &wanted, &found)?;
    for (name, stored) in &stored_names {
        params.set(name, &file.tensor(stored, params.device())?)?;
    }
    Ok(())
    // ANCHOR_END: load_part
}
