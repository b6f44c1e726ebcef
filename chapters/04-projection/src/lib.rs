//! Chapter 04: pictures enter the language model's sentence.
//!
//! A vision tower speaks in vectors of one length, a decoder thinks in vectors of another. Between them stands the
//! simplest thing that can translate: one linear layer. What comes out of it is put into the decoder's sequence as if it
//! were words.
//!
//! ```text
//! picture ─ ViT ─ all patch tokens ─ projector ──────┐
//!                 [b, n, d_vision]    [b, n, d_text] │ merge
//! <image>×n <bos> caption en \n ─ embed × √d ────────┴─ [b, t, d_text] ─ decoder
//! ```
//!
//! Nothing is pooled: chapter 03 squeezed a picture into one vector to compare it with a caption, but *where* things are
//! would be lost in it. PaliGemma hands over every patch token as it leaves the tower's last layer normalisation, not
//! brought to unit length either: what the decoder's layers add to it would be far too large beside it.
//!
//! | module | idea |
//! |---|---|
//! | [`projector`] | one linear layer from picture space to word space |
//! | [`prompt`] | the order of image tokens, prompt and answer |
//! | [`merge`](mod@merge) | image tokens take the places that were kept for them |
//! | [`frozen`] | which of the three parts may learn |
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use projection::{layout, merge};
//! use siglip_training::SpecialTokens;
//!
//! let special = SpecialTokens { pad: 0, eos: 1, bos: 2, image: 5, newline: 4, first_location: 6 };
//! let example = layout(&special, 2, &[40, 41], Some(&[50]))?; // two image tokens, a prompt of two, an answer of one
//! assert_eq!(example.ids, [5, 5, 2, 40, 41, 4, 50, 1]);
//! assert_eq!(example.prefix_length, 6);
//!
//! let ids = Tensor::new(example.ids.as_slice(), &Device::Cpu)?.unsqueeze(0)?; // [1, 8]
//! let words = Tensor::zeros((1, 8, 3), DType::F32, &Device::Cpu)?;
//! let picture = Tensor::ones((1, 2, 3), DType::F32, &Device::Cpu)?;
//! let sequence = merge(&ids, &words, &picture, special.image)?;
//! assert_eq!(sequence.sum(2)?.to_vec2::<f32>()?, [[3.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Source
//! PaliGemma (Beyer et al. 2024, arXiv 2407.07726), §3.

pub mod frozen;
pub mod merge;
pub mod projector;
pub mod prompt;

pub use frozen::{Frozen, Part, UnknownPart};
pub use merge::{MergeError, merge};
pub use projector::{Projector, ProjectorInit};
pub use prompt::{Example, LayoutError, layout};
