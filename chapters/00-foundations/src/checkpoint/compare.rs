//! Do the tensors of a file fit those of a model?

use std::collections::BTreeMap;
use std::path::Path;

use super::CheckpointError;

/// Shapes by name.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

/// Compares what a model wants with what a file has, and reports every difference at once.
///
/// # Errors
/// When there is any.
pub(super) fn compare(path: &Path, wanted: &Shapes, found: &Shapes) -> Result<(), CheckpointError> {
    // ANCHOR: compare
    let mut problems = Vec::new();
    for (name, shape) in wanted {
        match found.get(name) {
            None => problems.push(format!("'{name}' is missing")),
            Some(other) if other != shape => problems.push(format!("'{name}' has shape {other:?}, not {shape:?}")),
            Some(_) => {}
        }
    }
    let left_over = found.keys().filter(|name| !wanted.contains_key(*name));
    problems.extend(left_over.map(|name| format!("'{name}' is left over")));
    if problems.is_empty() {
        return Ok(());
    }
    Err(CheckpointError::Mismatch { path: path.to_owned(), details: problems.join(", ") })
    // ANCHOR_END: compare
}
