//! From examples to tensors: one row per example, padded on the right, with the answer's positions marked.
//!
//! ```text
//! ids      <image>×n <bos> caption en \n  dog  and  cat <eos> <pad> <pad>
//! predicts                            dog and  cat <eos>
//!          └───────── prefix ──────────┘└──── suffix ────┘
//! ```
//!
//! A position predicts the token that *follows* it: the answer's first word is predicted at the line break.
//! Only the rows of the table that predict a suffix token are ever turned into logits; with 64 image tokens in front
//! of a four-word answer, that is one position in fifteen.

use candle_core::{Device, Result, Tensor};
use projection::prompt::Example;

/// A batch on the device.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Pictures, `[b, 3, side, side]`.
    pub pixels: Tensor,
    /// Tokens, `[b, t]` of u32, padded on the right.
    pub ids: Tensor,
    /// Tokens of each row that belong to image and prompt.
    pub prefix_lengths: Vec<usize>,
    /// Tokens of each row without padding.
    pub lengths: Vec<usize>,
    /// Positions in the flattened `[b · t]` table that predict a token of the answer, `[m]` of u32.
    pub predicting: Tensor,
    /// The tokens that they should predict, `[m]` of u32.
    pub targets: Tensor,
    /// How much each of them counts, `[m]`; all together 1. See [`crate::suffix_loss()`].
    pub weights: Tensor,
}

/// How the loss of many tokens becomes one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Averaging {
    /// Every example counts the same, whatever the length of its answer (big_vision).
    #[default]
    PerExample,
    /// Every answer token counts the same (transformers).
    PerToken,
}

/// Pads the rows, marks what predicts what, and puts the lists on the device; the pixels stay where they are.
///
/// # Shapes
/// `pixels`: `[b, 3, side, side]`; `b` examples → see [`Batch`].
/// # Errors
/// When the device fails.
pub fn collate(examples: &[Example], pixels: Tensor, pad: u32, averaging: Averaging, device: &Device) -> Result<Batch> {
    // ANCHOR: collate
    let lengths: Vec<usize> = examples.iter().map(|example| example.ids.len()).collect();
    let prefix_lengths: Vec<usize> = examples.iter().map(|example| example.prefix_length).collect();
    let t = lengths.iter().copied().max().unwrap_or(0);
    let answer_tokens: usize = lengths.iter().zip(&prefix_lengths).map(|(length, prefix)| length - prefix).sum();
    let (mut ids, mut predicting, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (row, example) in examples.iter().enumerate() {
        let answer = example.prefix_length..example.ids.len();
        let weight = match averaging {
            Averaging::PerExample => 1.0 / (examples.len() * answer.len()) as f32,
            Averaging::PerToken => 1.0 / answer_tokens as f32,
        };
        for position in answer {
            predicting.push((row * t + position - 1) as u32);
            targets.push(example.ids[position]);
            weights.push(weight);
        }
        ids.extend(example.ids.iter().copied());
        ids.resize((row + 1) * t, pad);
    }
    let m = targets.len();
    Ok(Batch {
        pixels,
        ids: Tensor::from_vec(ids, (examples.len(), t), device)?,
        prefix_lengths,
        lengths,
        predicting: Tensor::from_vec(predicting, m, device)?,
        targets: Tensor::from_vec(targets, m, device)?,
        weights: Tensor::from_vec(weights, m, device)?,
    })
    // ANCHOR_END: collate
}
