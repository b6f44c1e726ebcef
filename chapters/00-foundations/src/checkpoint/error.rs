//! What can go wrong between memory and disk. Every error names the file and the remedy.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Why a file could not be written, read, or used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Nothing is there.
    #[error("there is no file '{}'; check the path, or train first", path.display())]
    NoSuchFile {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there, and the system does not let us read it.
    #[error("'{}' cannot be read: {source}; check that it is a file that you may read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file starts like a checkpoint and ends too early.
    #[error("'{}' is truncated ({length} bytes, {expected} expected); copy or download it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its size.
        length: u64,
        /// The size that its header promises, or the least that any such file has.
        expected: u64,
    },
    /// The file is something else.
    #[error("'{}' is not a safetensors file: {reason}; give the path of a .safetensors checkpoint", path.display())]
    NotSafetensors {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A tensor of a type that candle does not have.
    #[error("'{}': the tensor '{tensor}' holds {found}, which cannot be read; store it as F32", path.display())]
    Type {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its type.
        found: String,
    },
    /// A checkpoint without optimiser state, given where training should go on.
    #[error("'{}' holds no training state, so training cannot go on from it; resume from a run's training checkpoint", path.display())]
    NotATrainingCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// What the run says about itself cannot be written or understood.
    #[error("the description of the run in '{}' does not fit: {source}; use the program version that wrote it", path.display())]
    Meta {
        /// The file.
        path: PathBuf,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// The tensors are not those of this model.
    #[error("'{}' does not fit this model: {details}. Take configuration and weights from the same run", path.display())]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// Every tensor that is missing, left over or misshapen.
        details: String,
    },
    /// No room.
    #[error("the disk is full: '{}' was not written (an older version of it is untouched); free some space", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// No permission.
    #[error("the folder of '{}' is read-only; choose another output folder", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// Any other failure to write.
    #[error("'{}' cannot be written (an older version of it is untouched): {source}; choose another output folder", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The optimiser's part does not fit.
    #[error("'{}': {source}", path.display())]
    Optimizer {
        /// The file.
        path: PathBuf,
        /// What the optimiser said.
        source: crate::optim::OptimError,
    },
    /// A tensor operation failed.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

impl CheckpointError {
    pub(super) fn reading(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::NotFound => Self::NoSuchFile { path },
            _ => Self::Unreadable { path, source },
        }
    }

    pub(super) fn writing(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull { path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path },
            _ => Self::Unwritable { path, source },
        }
    }
}
