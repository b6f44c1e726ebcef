//! Who may look at whom.
//!
//! A mask holds one row per *query* (the token that looks) and one column per *key* (the token looked at). Take two image
//! tokens, a prompt of two tokens and an answer of three, in a batch padded to eight. PaliGemma's **prefix-LM** mask
//! (`#` may look, `.` may not):
//!
//! ```text
//!                 image  prompt  answer  padding
//!                 i  i   p  p    a  b  c   _
//!  image      i   #  #   #  #    .  .  .   .      picture and prompt read one another in both directions,
//!             i   #  #   #  #    .  .  .   .      and never see the answer
//!  prompt     p   #  #   #  #    .  .  .   .
//!             p   #  #   #  #    .  .  .   .
//!  answer     a   #  #   #  #    #  .  .   .      the answer sees the whole prefix,
//!             b   #  #   #  #    #  #  .   .      itself, and what was written before,
//!             c   #  #   #  #    #  #  #   .      but not its own future
//!  padding    _   #  #   #  #    #  #  #   .      nobody sees padding; its own rows are computed and ignored
//! ```
//!
//! One line of algebra makes all of it. Give every token a bit: 0 if it belongs to a group that reads in both directions,
//! 1 if it opens a new step of left-to-right writing; sum the bits up to each token; a query sees the keys whose sum is
//! not larger than its own:
//!
//! ```text
//!  token            i  i  p  p  a  b  c
//!  bit              0  0  0  0  1  1  1
//!  cumulative sum   0  0  0  0  1  2  3      allowed[query, key] = sum[key] <= sum[query]
//! ```
//!
//! Only the bits differ between the variants that PaliGemma's ablation compares (arXiv 2407.07726, figure 5):
//!
//! ```text
//!  0 0 0 0 1 1 1    prefix_lm_mask        full attention on the prefix
//!  0 0 1 1 1 1 1    causal_prefix_mask    full on the picture, causal on the prompt
//!  1 1 1 1 1 1 1    causal_mask           causal everywhere, as in a plain language model
//! ```
//!
//! # Source
//! `make_attn_mask` in the big_vision code base, `models/proj/paligemma/paligemma.py`.

use candle_core::{Device, Tensor};

/// Why no mask could be made.
#[derive(Debug, thiserror::Error)]
pub enum MaskError {
    /// The two lists describe different batches.
    #[error("{prefixes} prefix lengths for a batch of {rows}; give one per example")]
    RowCount {
        /// How many prefix lengths were given.
        prefixes: usize,
        /// How many examples there are.
        rows: usize,
    },
    /// A row would have nobody to look at, and its softmax would mix what is forbidden.
    #[error("example {row} has no tokens; leave it out of the batch")]
    Empty {
        /// The example.
        row: usize,
    },
    /// The lengths contradict one another.
    #[error(
        "example {row} has a prefix of {prefix} in {length} tokens, padded to {width}; \
         prefix <= length <= padded width must hold"
    )]
    Lengths {
        /// The example.
        row: usize,
        /// Its prefix length.
        prefix: usize,
        /// Its length without padding.
        length: usize,
        /// The padded width of the batch.
        width: usize,
    },
    /// candle could not make the tensor.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// So that `?` carries this error through functions that return candle's.
impl From<MaskError> for candle_core::Error {
    fn from(error: MaskError) -> Self {
        match error {
            MaskError::Tensor(error) => error,
            other => Self::wrap(other),
        }
    }
}

/// Full attention within each prefix, causal attention after it, nobody looks at padding.
///
/// # Shapes
/// One prefix length (image, prompt and newline) and one length (without padding) per example → `[b, t, t]` of u8.
/// # Errors
/// When `prefix <= length <= t` fails, or an example is empty.
pub fn prefix_lm_mask(
    prefix_lengths: &[usize],
    lengths: &[usize],
    t: usize,
    device: &Device,
) -> Result<Tensor, MaskError> {
    // ANCHOR: prefix_lm_mask
    check_lengths(prefix_lengths, lengths, t)?;
    let mut allowed = Vec::with_capacity(lengths.len() * t * t);
    for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
        let sums = cumulative_sums(prefix, t);
        for query in 0..t {
            allowed.extend((0..t).map(|key| u8::from(sums[key] <= sums[query] && key < length)));
        }
    }
    Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?) // [b, t, t]
    // ANCHOR_END: prefix_lm_mask
}

/// The running sum of one bit per token: 0 for the first `prefix` tokens, 1 for all after them.
fn cumulative_sums(prefix: usize, t: usize) -> Vec<usize> {
    // ANCHOR: cumulative_sums
    let bits = (0..t).map(|token| usize::from(token >= prefix));
    bits.scan(0, |sum, bit| {
        *sum += bit;
        Some(*sum)
    })
    .collect()
    // ANCHOR_END: cumulative_sums
}

/// Every token sees itself and what stands before it: the mask of a plain language model.
///
/// # Shapes
/// One length per example → `[b, t, t]` of u8.
/// # Errors
/// As [`prefix_lm_mask`].
pub fn causal_mask(lengths: &[usize], t: usize, device: &Device) -> Result<Tensor, MaskError> {
    prefix_lm_mask(&vec![0; lengths.len()], lengths, t, device)
}

/// Full attention within the picture, causal attention on the prompt and the answer.
///
/// # Shapes
/// One length per example → `[b, t, t]` of u8.
/// # Errors
/// As [`prefix_lm_mask`], with the picture as the prefix.
pub fn causal_prefix_mask(
    image_tokens: usize,
    lengths: &[usize],
    t: usize,
    device: &Device,
) -> Result<Tensor, MaskError> {
    prefix_lm_mask(&vec![image_tokens; lengths.len()], lengths, t, device)
}

/// What the newest generated token may look at: its own example's prefix, without the padding that follows it in the
/// cache, and every token generated so far, itself included.
///
/// ```text
///   cache column     0 1 2 3 | 4 5 6      prefixes padded to 4, three tokens generated
///   prefix of 4      # # # # | # # #
///   prefix of 2      # # . . | # # #
/// ```
///
/// # Shapes
/// One prefix length per example → `[b, 1, width + generated]` of u8.
/// # Errors
/// When a prefix is empty or longer than `width`.
pub fn next_token_mask(
    prefix_lengths: &[usize],
    width: usize,
    generated: usize,
    device: &Device,
) -> Result<Tensor, MaskError> {
    check_lengths(prefix_lengths, prefix_lengths, width)?;
    // ANCHOR: next_token_mask
    let columns = width + generated;
    let allowed: Vec<u8> = prefix_lengths
        .iter()
        .flat_map(|&prefix| (0..columns).map(move |key| u8::from(key < prefix || key >= width)))
        .collect();
    Ok(Tensor::from_vec(allowed, (prefix_lengths.len(), 1, columns), device)?) // [b, 1, t_k]
    // ANCHOR_END: next_token_mask
}

fn check_lengths(prefix_lengths: &[usize], lengths: &[usize], width: usize) -> Result<(), MaskError> {
    if prefix_lengths.len() != lengths.len() {
        return Err(MaskError::RowCount { prefixes: prefix_lengths.len(), rows: lengths.len() });
    }
    for (row, (&prefix, &length)) in prefix_lengths.iter().zip(lengths).enumerate() {
        if length == 0 {
            return Err(MaskError::Empty { row });
        }
        if prefix > length || length > width {
            return Err(MaskError::Lengths { row, prefix, length, width });
        }
    }
    Ok(())
}
