//! Chapter 02: a picture becomes a sequence of tokens, and a Vision Transformer (ViT) reads it.
//!
//! | module | idea |
//! |---|---|
//! | [`config`] | every size of the tower, under the names that published checkpoints use |
//! | [`mod@preprocess`] | any picture becomes a square of numbers around zero |
//! | [`mod@patchify`] | the square is cut into patches: the "words" of a picture |
//! | [`patch_embedding`] | one linear layer turns a patch into a token; it is a convolution in disguise |
//! | [`position`] | where each patch was: sin-cos tables, learned tables, and other resolutions |
//! | [`mod@attention`] | tokens look at one another |
//! | [`mlp`], [`encoder_layer`], [`encoder`] | the pre-norm Transformer block, and a stack of them |
//! | [`vision_transformer`] | the whole tower: pixels in, one vector per patch out |
//! | [`map_head`] | one learned question turns all those vectors into one (chapter 03 uses it, PaliGemma does not) |
//!
//! ```
//! use candle_core::{DType, Device};
//! use foundations::Params;
//! use image::RgbImage;
//! use vit_patching::{Normalisation, VisionConfig, VisionTransformer, preprocess};
//!
//! let config = VisionConfig { image_size: 16, patch_size: 8, ..VisionConfig::tiny() };
//! let params = Params::new(7, DType::F32, &Device::Cpu);
//! let tower = VisionTransformer::new(&config, params.builder().pp("vision_model"))?;
//!
//! let picture = RgbImage::from_pixel(40, 30, image::Rgb([200, 30, 30]));
//! let pixels = preprocess(&[picture], config.image_size, &Normalisation::SIGLIP, &Device::Cpu)?; // [1, 3, 16, 16]
//! let tokens = tower.forward(&pixels)?; // [1, 4, 32]
//! assert_eq!(tokens.dims(), [1, config.num_patches(), config.hidden_size]);
//! # Ok::<(), candle_core::Error>(())
//! ```
//!
//! # Source
//! Dosovitskiy et al. 2020, arXiv 2010.11929 (ViT); Zhai et al. 2023, arXiv 2303.15343 (SigLIP's variant).

pub mod attention;
pub mod config;
pub mod encoder;
pub mod encoder_layer;
pub mod error;
pub mod map_head;
pub mod mlp;
pub mod patch_embedding;
pub mod patchify;
pub mod position;
pub mod preprocess;
pub mod vision_transformer;

pub use attention::{MultiHeadAttention, attention, attention_plain};
pub use config::VisionConfig;
pub use encoder::{Encoder, EncoderConfig};
pub use encoder_layer::EncoderLayer;
pub use error::VisionError;
pub use map_head::MapHead;
pub use mlp::Mlp;
pub use patch_embedding::PatchEmbedding;
pub use patchify::{patchify, unpatchify};
pub use position::{initialise_positions, interpolate, sincos_2d};
pub use preprocess::{Normalisation, preprocess, resize_square};
pub use vision_transformer::VisionTransformer;
