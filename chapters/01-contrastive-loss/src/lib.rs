//! Chapter 01: which text belongs to which picture? Losses that teach two encoders to agree.
//!
//! A batch has `n` pictures and their `n` texts, each already a vector. All `n²` pairs are compared; only the `n` on the
//! diagonal belong together.
//!
//! | module | idea |
//! |---|---|
//! | [`mod@normalise`] | only directions count, so every vector gets length one |
//! | [`logits`] | `exp(t')·cosine + bias`: from similarity to evidence |
//! | [`mod@clip_loss`] | CLIP: which text, among all of this batch? |
//! | [`mod@sigmoid_loss`] | SigLIP: every pair is its own yes/no question |
//! | [`mod@fused_sigmoid_loss`] | the same number in one visit to each logit |
//! | [`chunked`] | the same loss without ever holding all `n²` pairs |
//! | [`recall`] | how good is a retrieval? |
//!
//! ```
//! use candle_core::{Device, Tensor};
//! use contrastive_loss::{normalise, pair_logits, sigmoid_loss};
//!
//! let images = normalise(&Tensor::new(&[[3f32, 0.0], [0.0, 5.0]], &Device::Cpu)?)?; // [2, 2]
//! let texts = normalise(&Tensor::new(&[[1f32, 0.1], [0.1, 1.0]], &Device::Cpu)?)?; // [2, 2]
//! let log_scale = Tensor::new(10f32.ln(), &Device::Cpu)?; // []
//! let bias = Tensor::new(-5f32, &Device::Cpu)?; // []
//!
//! let right = sigmoid_loss(&pair_logits(&images, &texts, &log_scale, Some(&bias))?)?;
//! let swapped = texts.index_select(&Tensor::new(&[1u32, 0], &Device::Cpu)?, 0)?;
//! let wrong = sigmoid_loss(&pair_logits(&images, &swapped, &log_scale, Some(&bias))?)?;
//! assert!(right.to_scalar::<f32>()? < wrong.to_scalar::<f32>()?);
//! # Ok::<(), candle_core::Error>(())
//! ```

pub mod chunked;
pub mod clip_loss;
pub mod error;
pub mod fused_sigmoid_loss;
pub mod logits;
pub mod normalise;
pub mod recall;
pub mod sigmoid_loss;

pub use chunked::chunked_sigmoid_loss;
pub use clip_loss::{clamp_log_scale, clip_loss};
pub use error::ContrastiveError;
pub use fused_sigmoid_loss::fused_sigmoid_loss;
pub use logits::{pair_logits, prior_bias};
pub use normalise::normalise;
pub use recall::{Recall, recall_at_k};
pub use sigmoid_loss::{pair_labels, pair_labels_for, sigmoid_loss, sigmoid_loss_plain, softplus};
