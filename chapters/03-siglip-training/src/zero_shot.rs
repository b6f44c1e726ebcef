//! Zero-shot classification: name the classes in words, and read off how well each fits.
//!
//! A sigmoid model answers every class by itself: the probabilities of a picture need not sum to one, and all of them
//! may be low when none of the words fits. (A softmax over sigmoid logits, which one meets in published examples,
//! throws that away.)

use candle_core::{Result, Tensor};
use candle_nn::ops::sigmoid;

use crate::dual_encoder::DualEncoder;

/// The probability that each picture fits each caption, one by one.
///
/// # Shapes
/// `pictures`: `[n, d]`, `captions`: `[m, d]`, unit rows → `[n, m]` in 0…1.
/// # Errors
/// When the widths differ.
pub fn match_probabilities(model: &DualEncoder, pictures: &Tensor, captions: &Tensor) -> Result<Tensor> {
    // ANCHOR: match_probabilities
    sigmoid(&model.logits(pictures, captions)?)
    // ANCHOR_END: match_probabilities
}
