//! From similarity to evidence.
//!
//! A cosine lies between −1 and 1, and `σ(1)` is only 0.73: no loss on bare cosines could ever be confident. So the
//! cosines are stretched by a learned *scale*, the inverse of a temperature, and shifted by a learned *bias*.
//!
//! * The scale is stored as its logarithm `t'`, so that it stays positive whatever the optimiser does. The exponential
//!   belongs to the scale alone: `exp(t')·(x·y)`, never `t'·exp(x·y)`.
//! * The bias carries the prior: of `n²` pairs only `n` match, so "no" is the right answer before looking. The scale
//!   cannot say that; it only makes yes *and* no firmer.

use candle_core::{Result, Tensor};

/// Where SigLIP starts `t'`: the scale is 10.
pub const INITIAL_LOG_SCALE: f64 = std::f64::consts::LN_10;

/// Where SigLIP starts the bias: a sensible prior for the tens of thousands of pairs per picture in its batches.
///
/// # Source
/// SigLIP (arXiv 2303.15343), §4.9 and table 4: 63.0 % zero-shot accuracy with this start, 61.7 % from bias 0.
pub const INITIAL_BIAS: f64 = -10.0;

/// The bias that says "one pair in `n` matches" before anything is learned: the log-odds of that, `−ln(n − 1)`.
///
/// For the small batches of a laptop the loss starts lower from here than from −10: with 64 pairs and embeddings that are
/// all orthogonal, at 5.15 instead of 10. Lower at the start is not yet better at the end: the course trains with SigLIP's
/// −10, and which of the two learns more is a question for an experiment. For a single pair, which always matches, it is 0.
pub fn prior_bias(n: usize) -> f64 {
    // ANCHOR: prior_bias
    -(n.saturating_sub(1).max(1) as f64).ln()
    // ANCHOR_END: prior_bias
}

/// `exp(t')·x·yᵀ + b` for every picture and every text.
///
/// # Shapes
/// `images`: `[n, d]` and `texts`: `[m, d]`, both with rows of length one; `log_scale` and `bias`: one number, `[]` or
/// `[1]` → `[n, m]`, row = picture, column = text.
/// # Errors
/// When the shapes do not fit.
/// # Source
/// SigLIP (arXiv 2303.15343), Algorithm 1; CLIP (arXiv 2103.00020), figure 3, has no bias.
pub fn pair_logits(images: &Tensor, texts: &Tensor, log_scale: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    // ANCHOR: pair_logits
    let cosines = images.matmul(&texts.t()?)?; // [n, m]
    let logits = cosines.broadcast_mul(&log_scale.exp()?)?; // [n, m]
    match bias {
        Some(bias) => logits.broadcast_add(bias),
        None => Ok(logits),
    }
    // ANCHOR_END: pair_logits
}
