//! What can be wrong with a folder from the hub. Each error is one line that names the file and what in it.

use std::path::{Path, PathBuf};

/// Why a folder from the hub cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// A file that is not there, or that the system does not let us read.
    #[error("'{}' cannot be read: {source}; download the whole folder from the hub again", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that is no JSON.
    #[error("'{}' is not JSON: {source}; download it from the hub again", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the JSON reader said: the line and the column.
        source: serde_json::Error,
    },
    /// A field that is missing, or holds what this program cannot do.
    #[error("'{}': {field} {problem}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The field, with those around it: `text_config.head_dim`.
        field: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// Neither one file of weights nor an index of several.
    #[error(
        "'{}' has neither model.safetensors nor model.safetensors.index.json; download the weights, too (older .bin files are not read)",
        path.display()
    )]
    NoWeights {
        /// The folder.
        path: PathBuf,
    },
    /// The index names a file that is not there.
    #[error("'{}': weight_map says that '{tensor}' is in '{shard}', and there is no such file; download that file, too", index.display())]
    MissingShard {
        /// The index.
        index: PathBuf,
        /// A tensor of that shard.
        tensor: String,
        /// The file that it names.
        shard: String,
    },
    /// A tensor that does not hold f32, f16 or bf16.
    #[error("'{}': the tensor '{tensor}' holds {found}; this program reads F32, F16 and BF16: take the unquantised weights", path.display())]
    Type {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Its type.
        found: String,
    },
    /// The tensors are not those of the model that the configuration describes.
    #[error("the weights in '{}' do not fit its config.json: {}", path.display(), problems.join(", "))]
    Mismatch {
        /// The folder.
        path: PathBuf,
        /// Every tensor that is missing, left over, misshapen, or there twice.
        problems: Vec<String>,
    },
    /// A file of weights that is truncated or something else.
    #[error(transparent)]
    Checkpoint(#[from] foundations::checkpoint::CheckpointError),
    /// A tokenizer that cannot be read.
    #[error(transparent)]
    Tokenizer(#[from] siglip_training::TokenizerError),
    /// The device failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

impl HubError {
    /// A field of `path` is wrong.
    pub(crate) fn field(path: &Path, field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field { path: path.to_owned(), field: field.into(), problem: problem.into() }
    }
}
