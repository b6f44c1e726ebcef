//! CLIP: which of this batch's texts belongs to this picture? And which picture to this text?
//!
//! Two multiple-choice questions with `n` options each. The other options of the batch are the wrong answers, so
//! the denominators of a pair's row and column must be known before its slope is: a second round that SigLIP saves.

use candle_core::{Result, Tensor};
use foundations::ops;

use crate::error::ContrastiveError;

/// Where CLIP starts `t'`: a temperature of 0.07.
pub const INITIAL_LOG_SCALE: f64 = 2.659_260_036_932_778;

/// CLIP's limit for `t'`, `ln 100`: beyond a scale of 100 training became unstable.
pub const MAX_LOG_SCALE: f64 = 2.0 * std::f64::consts::LN_10;

/// The mean of two cross-entropies: picture → text along the rows, text → picture down the columns.
///
/// Adding a number to a whole row changes nothing in that row's choice, so a bias on all logits would never learn
/// anything here. CLIP has none.
///
/// # Shapes
/// `logits`: `[n, n]`, row = picture, column = text, the matching pair on the diagonal → scalar.
/// # Errors
/// When `logits` is not square, or empty.
/// # Source
/// CLIP (arXiv 2103.00020), figure 3.
pub fn clip_loss(logits: &Tensor) -> Result<Tensor> {
    // ANCHOR: clip_loss
    let n = batch_size(logits)?;
    let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
    let texts_of_images = ops::cross_entropy(logits, &diagonal)?; // [n]
    let images_of_texts = ops::cross_entropy(&logits.t()?.contiguous()?, &diagonal)?; // [n]
    (texts_of_images.mean_all()? + images_of_texts.mean_all()?)? * 0.5
    // ANCHOR_END: clip_loss
}

/// The value of `t'` that may be kept: at most `ln 100`. Call it after each optimiser step and store the result.
///
/// Clamping the *parameter* rather than the logits matters: a clamp inside the forward pass has slope zero above its
/// limit, and the scale could never come down again.
///
/// # Shapes
/// `log_scale`: any → the same, without a gradient.
/// # Errors
/// When `log_scale` does not hold floating-point numbers.
pub fn clamp_log_scale(log_scale: &Tensor) -> Result<Tensor> {
    // ANCHOR: clamp_log_scale
    log_scale.detach().minimum(MAX_LOG_SCALE)
    // ANCHOR_END: clamp_log_scale
}

/// How many pairs a square matrix of logits compares.
pub(crate) fn batch_size(logits: &Tensor) -> Result<usize> {
    match logits.dims2()? {
        (0, 0) => Err(ContrastiveError::Empty.into()),
        (images, texts) if images != texts => Err(ContrastiveError::NotSquare { images, texts }.into()),
        (n, _) => Ok(n),
    }
}
