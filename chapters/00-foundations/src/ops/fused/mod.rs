//! Every operator again, written for speed: one pass over memory, all cores, and a backward pass by hand.
//!
//! Where does the time of a composed operator go? Each elementary step of [`super::plain`] allocates a tensor, walks over
//! memory once forwards and once or twice backwards, and many of those walks use one core and one number at a time. The
//! operators here do the same arithmetic while a row is in the cache.
//!
//! | module | idea |
//! |---|---|
//! | [`number`] | `f32` and `f64`, and an `exp` that works on many numbers at once |
//! | [`lanes`] | sums of a row that the processor can vectorise |
//! | [`parallel`] | work for all cores, with the same result whatever their number |
//! | [`matrix`] | matrix products on strided views, without copies |
//! | [`operator`] | how a pair of forward and backward passes joins candle's graph |
//!
//! Call these through [`super::fused_for`]: they run on the CPU, in `f32` and `f64`.

mod attention;
mod cross_entropy;
mod embedding;
mod gelu;
pub mod lanes;
mod layer_norm;
mod linear;
pub mod matrix;
pub mod number;
pub mod operator;
pub mod parallel;
mod rms_norm;
mod rope;
mod softmax;

pub use attention::attention;
pub use cross_entropy::cross_entropy;
pub use embedding::embedding;
pub use gelu::{geglu, gelu};
pub use layer_norm::layer_norm;
pub use linear::linear;
pub use rms_norm::rms_norm;
pub use rope::rope;
pub use softmax::softmax;
