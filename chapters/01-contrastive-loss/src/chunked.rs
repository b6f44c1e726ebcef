//! The sigmoid loss without ever holding all `n²` pairs.
//!
//! A pair's term depends on its own logit alone, so the texts can come in chunks: all pictures against `chunk` texts,
//! add to the sum, forget, next. What is held at a time is `n·chunk` numbers.
//!
//! Left to itself, though, automatic differentiation would keep every chunk until the backward pass: `n²` again. So the
//! slopes are computed by hand, in the same visit as the chunk's loss, and only their sums are kept. With
//! `g = ∂L/∂l = −z·σ(−z·l)/n` for each logit `l = exp(t')·c + b` of a pair with cosine `c = x·y`:
//!
//! ```text
//! ∂L/∂x = exp(t') · Σ g·y      ∂L/∂y = exp(t') · Σ g·x      ∂L/∂t' = Σ g·exp(t')·c      ∂L/∂b = Σ g
//! ```
//!
//! **Many devices.** The same loop is how SigLIP trains on many chips. Device `k` keeps its own pictures and holds one
//! chunk of texts; it computes the block of pairs between them and passes its texts on to its neighbour. After as many
//! rounds as there are devices, every picture has met every text, and no device has held more than one chunk of foreign
//! texts. What travels are the texts, their slopes and a few sums. CLIP's softmax takes two such rounds: a pair's slope needs
//! the denominators of its row and its column, which are known only at the end of the first.
//!
//! # Source
//! SigLIP (arXiv 2303.15343), §3.3 and figure 1.

use std::ops::Range;

use candle_core::{Result, Tensor};

use crate::error::ContrastiveError;
use crate::logits::pair_logits;
use crate::sigmoid_loss::{pair_labels_for, softplus};

/// [`crate::sigmoid_loss()`] of [`pair_logits`], `chunk` texts at a time: the same number and the same gradients, with
/// memory that grows with `n·chunk`.
///
/// # Shapes
/// `images` and `texts`: `[n, d]` with rows of length one, row `i` of both a pair; `log_scale` and `bias`: one
/// number, `[]` or `[1]` → scalar. The last chunk may be smaller.
/// # Errors
/// When there is not one text per picture, there is no pair, or `chunk` is 0.
pub fn chunked_sigmoid_loss(
    images: &Tensor,
    texts: &Tensor,
    log_scale: &Tensor,
    bias: &Tensor,
    chunk: usize,
) -> Result<Tensor> {
    // ANCHOR: chunked_sigmoid_loss
    let n = number_of_pairs(images, texts, chunk)?;
    let tracked = [images, texts, log_scale, bias];
    let [images, texts, log_scale, bias] = tracked.map(Tensor::detach); // nothing in the loop is recorded
    let mut total = Block::nothing(&images, &log_scale, &bias)?;
    for start in (0..n).step_by(chunk) {
        let columns = start..n.min(start + chunk);
        let block_texts = texts.narrow(0, start, columns.len())?; // [chunk, d]
        total = total.plus(Block::new(&images, &block_texts, &log_scale, &bias, columns)?)?;
    }
    let slopes = [total.images, Tensor::cat(&total.texts, 0)?, total.log_scale, total.bias];
    with_known_slopes(&total.loss, tracked, slopes)
    // ANCHOR_END: chunked_sigmoid_loss
}

fn number_of_pairs(images: &Tensor, texts: &Tensor, chunk: usize) -> Result<usize> {
    match (images.dim(0)?, texts.dim(0)?) {
        _ if chunk == 0 => Err(ContrastiveError::EmptyChunk.into()),
        (0, 0) => Err(ContrastiveError::Empty.into()),
        (images, texts) if images != texts => Err(ContrastiveError::NotPaired { images, texts }.into()),
        (n, _) => Ok(n),
    }
}

/// What is kept of a block of pairs: its part of the loss, and the slope of the loss along each input.
struct Block {
    loss: Tensor,       // []
    images: Tensor,     // [n, d]
    texts: Vec<Tensor>, // of [chunk, d]: each chunk of texts has slopes of its own
    log_scale: Tensor,  // as log_scale
    bias: Tensor,       // as bias
}

impl Block {
    /// The empty sum.
    fn nothing(images: &Tensor, log_scale: &Tensor, bias: &Tensor) -> Result<Self> {
        Ok(Self {
            loss: Tensor::zeros((), images.dtype(), images.device())?,
            images: images.zeros_like()?,
            texts: Vec::new(),
            log_scale: log_scale.zeros_like()?,
            bias: bias.zeros_like()?,
        })
    }

    /// All pictures against the texts number `columns`, which are handed in alone: `texts` is `[columns.len(), d]`.
    fn new(images: &Tensor, texts: &Tensor, log_scale: &Tensor, bias: &Tensor, columns: Range<usize>) -> Result<Self> {
        // ANCHOR: block_new
        let n = images.dim(0)?;
        let scaled = pair_logits(images, texts, log_scale, None)?; // [n, chunk], exp(t')·c
        let labels = pair_labels_for(n, columns, images.dtype(), images.device())?; // [n, chunk]
        let doubt = (&labels * scaled.broadcast_add(bias)?)?.neg()?; // [n, chunk], −z·l
        let loss = (softplus(&doubt)?.sum_all()? / n as f64)?; // []
        let slope = ((labels * sigmoid(&doubt)?)? * (-1.0 / n as f64))?; // [n, chunk], g
        let scale = log_scale.exp()?;
        Ok(Self {
            loss,
            images: slope.matmul(texts)?.broadcast_mul(&scale)?, // [n, d]
            texts: vec![slope.t()?.matmul(images)?.broadcast_mul(&scale)?], // [chunk, d]
            log_scale: (&slope * scaled)?.sum_all()?.reshape(log_scale.shape())?,
            bias: slope.sum_all()?.reshape(bias.shape())?,
        })
        // ANCHOR_END: block_new
    }

    /// The sum of two blocks that share their pictures.
    fn plus(mut self, other: Self) -> Result<Self> {
        self.texts.extend(other.texts);
        Ok(Self {
            loss: (self.loss + other.loss)?,
            images: (self.images + other.images)?,
            texts: self.texts,
            log_scale: (self.log_scale + other.log_scale)?,
            bias: (self.bias + other.bias)?,
        })
    }
}

/// `1 / (1 + exp(−v))`. Where `exp` overflows, `1/∞` is the right answer, zero.
fn sigmoid(v: &Tensor) -> Result<Tensor> {
    (v.neg()?.exp()? + 1.0)?.recip()
}

/// A value whose slopes are already known, as a tensor that [`Tensor::backward`] can start from.
///
/// Near its inputs any smooth function is `value + Σ slope·(input − input now)`. That expression is built here. The
/// bracket is exactly zero, so the value stays what it is; its derivative is one, so `backward` finds the slopes.
fn with_known_slopes<const N: usize>(value: &Tensor, inputs: [&Tensor; N], slopes: [Tensor; N]) -> Result<Tensor> {
    // ANCHOR: with_known_slopes
    let mut result = value.clone(); // []
    for (input, slope) in inputs.into_iter().zip(slopes) {
        let movement = (input - input.detach())?; // zeros, tracked
        result = (result + (movement * slope)?.sum_all()?)?;
    }
    Ok(result)
    // ANCHOR_END: with_known_slopes
}
