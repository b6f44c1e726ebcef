//! The autoregressive loss: predict the next token of the answer, and of nothing else.
//!
//! Image and prompt carry no loss. They are attended to in both directions, so a prompt token can see its
//! successor: asking it to predict that would be asking it to copy.
//!
//! # Source
//! PaliGemma (arXiv 2407.07726), §5.2 and figure 5: on the suffix only, compared with the rest.

use candle_core::{Result, Tensor};
use foundations::ops;

/// `Σ weight_i · (−log p(target_i))`.
///
/// With weights `1 / (examples · answer length)` this is the mean over examples of the mean over their tokens
/// (big_vision); with `1 / tokens` it is the mean over all answer tokens (transformers).
///
/// # Shapes
/// `logits`: `[m, vocabulary]`, `targets`: `[m]` of u32, `weights`: `[m]` → scalar.
/// # Errors
/// When the shapes do not fit or a target is outside the vocabulary.
pub fn suffix_loss(logits: &Tensor, targets: &Tensor, weights: &Tensor) -> Result<Tensor> {
    // ANCHOR: suffix_loss
    let surprise = ops::cross_entropy(logits, targets)?; // [m]
    (surprise * weights.to_dtype(logits.dtype())?)?.sum_all()
    // ANCHOR_END: suffix_loss
}
