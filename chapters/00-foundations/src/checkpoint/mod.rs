//! Checkpoints: saving so that a killed run loses nothing.
//!
//! Three ideas:
//!
//! * **one file.** Weights, the optimiser's memory and what the run knows about itself (step, seed, position in the data,
//!   configuration) are in one safetensors file, so they can never disagree;
//! * **written aside, then renamed.** Whoever opens the file sees the old checkpoint or the new one, never half of either;
//! * **strict when read.** A tensor that is missing, left over or misshapen is an error that names it. A model that
//!   silently keeps random numbers in one layer still runs, and answers nonsense.
//!
//! ```
//! use candle_core::{DType, Device};
//! use foundations::checkpoint::{load_training, save_training};
//! use foundations::optim::{Optimizer, adamw_only};
//! use foundations::{Linear, Params};
//!
//! let params = Params::new(7, DType::F32, &Device::Cpu);
//! Linear::new(4, 3, params.builder().pp("head"))?;
//! let mut optimizer = Optimizer::new(params.all(), adamw_only, None)?;
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("training.safetensors");
//! save_training(&path, &params, &optimizer, &("step", 12))?;
//!
//! let mut saved = load_training::<(String, u64)>(&path)?;
//! assert_eq!(saved.meta.1, 12);
//! saved.restore(&params, &mut optimizer)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod atomic;
mod compare;
mod error;
mod tensor_file;
mod tensor_writer;
mod training;
mod weights;

pub use atomic::write_atomically;
pub use error::CheckpointError;
pub use tensor_file::TensorFile;
pub use training::{TrainingCheckpoint, load_training, save_training, weights_of_training};
pub use weights::{load_part, load_weights, save_tensors, save_weights};
