//! Chapter 00: what every later chapter stands on.
//!
//! | module | idea |
//! |---|---|
//! | [`device`](mod@device) | one place decides between CPU, CUDA and Metal |
//! | [`random`] | every random number comes from a seeded generator with a name |
//! | [`params`] | named, ordered, seeded parameters: what is trained, saved and frozen |
//! | [`linear`], [`layer_norm`], [`embedding`] | the layers, written so that gradients flow |
//! | [`ops`] | the same arithmetic twice: readable, and fused for speed |
//! | [`quantised`] | weights of eight bits, for a model that only writes |
//! | [`optim`] | AdamW and Muon, groups, clipping, schedules |
//! | [`checkpoint`] | saving so that a killed run loses nothing |
//! | [`gradient_check`] | is a backward pass right? Ask finite differences |
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use foundations::{Linear, Params};
//!
//! let params = Params::new(7, DType::F32, &Device::Cpu);
//! let layer = Linear::new(4, 3, params.builder().pp("head"))?;
//! let x = Tensor::ones((2, 4), DType::F32, &Device::Cpu)?;
//! let loss = layer.forward(&x)?.sqr()?.sum_all()?;
//! let gradients = loss.backward()?;
//! assert!(gradients.get(&params.get("head.weight")?).is_some());
//! # Ok::<(), candle_core::Error>(())
//! ```

pub mod checkpoint;
pub mod device;
pub mod embedding;
pub mod gradient_check;
pub mod layer_norm;
pub mod linear;
pub mod lora;
pub mod ops;
pub mod optim;
pub mod params;
pub mod quantised;
pub mod random;

pub use candle_nn::{Init, VarBuilder};
pub use device::device;
pub use embedding::Embedding;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use lora::LoraConfig;
pub use params::Params;
