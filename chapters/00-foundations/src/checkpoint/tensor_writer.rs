//! Writing a safetensors file, one tensor at a time.
//!
//! The library's own `serialize` makes the whole file in memory first: a model of three billion parameters would need room for
//! itself twice. Here a tensor is converted and copied when its turn comes, and forgotten when it is written.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, View};

use super::{CheckpointError, write_atomically};

/// The header is filled up with spaces to a multiple of this, so that the numbers behind it are aligned.
const ALIGNMENT: usize = 8;

/// Writes tensors, and texts beside them, into one file; `dtype` is the type on disk, each tensor's own if there is none.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write_tensors(
    path: &Path,
    tensors: BTreeMap<String, Tensor>,
    dtype: Option<DType>,
    texts: Option<HashMap<String, String>>,
) -> Result<(), CheckpointError> {
    let stored = |tensor: &Tensor| dtype.unwrap_or_else(|| tensor.dtype());
    let mut tensors: Vec<(String, Tensor)> = tensors.into_iter().collect();
    // The format's order: the widest types first, so that all are aligned, and by name among equals.
    tensors.sort_by_key(|(_, tensor)| std::cmp::Reverse(Dtype::from(stored(tensor))));
    let header = header(&tensors, stored, texts)
        .map_err(|error| CheckpointError::Unwritable { path: path.to_owned(), source: io::Error::other(error) })?;
    write_atomically(path, |file| {
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(&header)?;
        tensors.iter().try_for_each(|(_, tensor)| {
            let tensor = tensor.to_dtype(stored(tensor)).and_then(|tensor| tensor.to_device(&Device::Cpu));
            file.write_all(&View::data(&tensor.map_err(io::Error::other)?))
        })
    })
}

/// Which tensor lies where, as JSON.
fn header(
    tensors: &[(String, Tensor)],
    stored: impl Fn(&Tensor) -> DType,
    texts: Option<HashMap<String, String>>,
) -> Result<Vec<u8>, SafeTensorError> {
    let mut end = 0;
    let infos = tensors.iter().map(|(name, tensor)| {
        let dtype = stored(tensor);
        let start = end;
        end += tensor.elem_count() * dtype.size_in_bytes();
        let info = TensorInfo { dtype: dtype.into(), shape: tensor.dims().to_vec(), data_offsets: (start, end) };
        (name.clone(), info)
    });
    let mut header = serde_json::to_vec(&Metadata::new(texts, infos.collect())?)?;
    header.resize(header.len().next_multiple_of(ALIGNMENT), b' ');
    Ok(header)
}
