//! Chapter 07, the part to be written: what stands between a model of the right shape and published weights that work.
//!
//! | module | idea |
//! |---|---|
//! | [`names`] | the same tensor under the names of different years |
//! | [`bicubic`] | which pixels the Python imaging library mixes, and how much of each |
//! | [`bilinear`] | the same for SigLIP 2 |
//! | [`pixels`] | a picture as the weights expect it |
//! | [`resolution`] | how many tokens a picture becomes, and weights at another resolution than theirs |
//! | [`locations`] | boxes of an answer, in pixels of the picture that was asked about |
//! | [`trace`](mod@trace) | every station of a picture on its way to an answer, with a name |
//! | [`compare`] | the first station at which two implementations part |
//!
//! Nothing of it is a layer: those are done. Each is a convention, and each goes wrong in silence.

pub mod bicubic;
pub mod bilinear;
pub mod compare;
pub mod locations;
pub mod names;
pub mod pixels;
pub mod resolution;
pub mod trace;

pub use bicubic::{Window, bicubic_weights};
pub use bilinear::bilinear_weights;
pub use compare::{Comparison, Difference, first_difference};
pub use locations::{PixelBox, boxes_in_pixels};
pub use pixels::{Filter, pixel_values, squash, squash_by};
pub use resolution::{ResolutionError, at_side, image_places};
pub use trace::{Trace, trace};
