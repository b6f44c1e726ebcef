//! Layers that look back only so far.
//!
//! Most of what a word needs stands close to it. In Gemma 2 every other layer, the first among them, therefore sees only the
//! last `window` tokens, itself included; the layers between them see everything and carry news over any distance.
//!
//! The window cuts what is read from left to right. Tokens of the prefix, which read one another in both directions, are
//! not separated: a picture of 4,096 tokens stays one picture. With a prefix of three, an answer of four and a window of two
//! (`#` may look, `.` may not, `x` is what the window takes away):
//!
//! ```text
//!              prefix   answer
//!              p  p  p  a  b  c  d
//!  prefix   p  #  #  #  .  .  .  .     the first looks at the third and back
//!           p  #  #  #  .  .  .  .
//!           p  #  #  #  .  .  .  .
//!  answer   a  x  x  #  #  .  .  .     itself and the token before
//!           b  x  x  x  #  #  .  .
//!           c  x  x  x  x  #  #  .
//!           d  x  x  x  x  x  #  #
//! ```
//!
//! Which tokens are of one prefix need not be told: they are those that see each other.
//!
//! # Source
//! Gemma 2 (arXiv 2408.00118), §2; what a window does to PaliGemma's prefix: `modeling_paligemma.py` and
//! `masking_utils.py` of the transformers library.

use candle_core::{Result, Tensor};

/// The masks of one pass through a decoder.
#[derive(Debug, Clone)]
pub struct LayerMasks {
    everything: Tensor, // [b or 1, t, t_k]
    nearby: Option<Tensor>,
}

impl LayerMasks {
    /// One mask for all layers.
    pub fn without_window(allowed: &Tensor) -> Self {
        Self { everything: allowed.clone(), nearby: None }
    }

    /// Two masks that take turns, the one with the window first.
    ///
    /// # Shapes
    /// As [`sliding_window_mask`].
    /// # Errors
    /// As [`sliding_window_mask`].
    pub fn with_window(allowed: &Tensor, queries: &Tensor, keys: &Tensor, window: usize) -> Result<Self> {
        let nearby = Some(sliding_window_mask(allowed, queries, keys, window)?);
        Ok(Self { everything: allowed.clone(), nearby })
    }

    /// What a layer may see, counted from zero.
    ///
    /// # Shapes
    /// → `[b or 1, t, t_k]` of u8.
    pub fn of_layer(&self, layer: usize) -> &Tensor {
        match &self.nearby {
            Some(nearby) if layer.is_multiple_of(2) => nearby,
            _ => &self.everything,
        }
    }
}

/// What is left of `allowed` when nobody looks back further than `window` tokens, itself included, except among tokens
/// that see each other.
///
/// # Shapes
/// `allowed`: `[b or 1, t, t_k]` of u8, the new tokens being the last `t` of all `t_k`; `queries`: `[b or 1, t]` and `keys`:
/// `[b or 1, t_k]` of u32, the positions of the new tokens and of all → `[b or 1, t, t_k]` of u8.
/// # Errors
/// When the shapes do not fit.
pub fn sliding_window_mask(allowed: &Tensor, queries: &Tensor, keys: &Tensor, window: usize) -> Result<Tensor> {
    // ANCHOR: sliding_window_mask
    let (_, t, t_k) = allowed.dims3()?;
    let among_new = allowed.narrow(2, t_k - t, t)?; // [b, t, t]
    let mutual = (&among_new * among_new.transpose(1, 2)?)?.pad_with_zeros(2, t_k - t, 0)?; // [b, t, t_k]
    let out_of_reach = (keys.unsqueeze(1)? + window as f64)?; // [b, 1, t_k]: the first position that sees the key no more
    let near = queries.unsqueeze(2)?.broadcast_lt(&out_of_reach)?; // [b, t, t_k]
    allowed.broadcast_mul(&near.broadcast_maximum(&mutual)?) // [b, t, t_k]
    // ANCHOR_END: sliding_window_mask
}
