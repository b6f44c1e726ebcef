//! Optimisers: how a gradient becomes a better parameter.
//!
//! | module | idea |
//! |---|---|
//! | [`adamw`] | every number gets a step of about the learning rate, whatever the size of its gradient |
//! | [`muon`] | every *matrix* gets a step whose singular values are all about one |
//! | [`newton_schulz`](mod@newton_schulz) | how to find such a step with nothing but matrix products |
//! | [`groups`] | which parameter gets which of the two, at which rate, decayed or not |
//! | [`clip`] | one freak batch must not undo a thousand good ones |
//! | [`schedule`] | warm up, then cool down |
//! | [`optimizer`] | all of it together, in a fixed order, with a state that can be saved |
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use foundations::optim::{Optimizer, Schedule, hybrid};
//! use foundations::{Linear, Params};
//!
//! let params = Params::new(7, DType::F32, &Device::Cpu);
//! let layer = Linear::new(4, 1, params.builder().pp("layers.0.proj"))?;
//! let mut optimizer = Optimizer::new(params.all(), hybrid, Some(1.0))?;
//! let schedule = Schedule::Cosine { warmup: 5, total: 50, final_fraction: 0.1 };
//!
//! let x = Tensor::ones((8, 4), DType::F32, &Device::Cpu)?;
//! for step in 0..50 {
//!     let loss = (layer.forward(&x)? - 3.0)?.sqr()?.mean_all()?;
//!     optimizer.step(&loss.backward()?, schedule.factor(step))?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod adamw;
pub mod clip;
mod error;
pub mod groups;
pub mod muon;
pub mod newton_schulz;
pub mod optimizer;
pub mod schedule;

pub use error::OptimError;
pub use groups::{Method, Recipe, adamw_only, hybrid};
pub use optimizer::{Optimizer, StepReport};
pub use schedule::Schedule;
