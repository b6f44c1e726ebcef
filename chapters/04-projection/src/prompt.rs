//! The order of things in a sequence: picture, prompt, answer.
//!
//! ```text
//! <image> <image> … <image> <bos> caption en \n  dog and cat <eos>
//! └────────────────── prefix ──────────────────┘└──── suffix ────┘
//! ```
//!
//! The line break is a token of its own and belongs to the prefix. It marks where the prompt ends, whatever the prompt's
//! last word is; without it the model could not tell "answer en where" + "is it" from "answer en where is it". The
//! answer's first word is predicted at this token.

use siglip_training::SpecialTokens;

/// A sequence of tokens, and where its prefix ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The tokens, with one placeholder per image token.
    pub ids: Vec<u32>,
    /// How many of them belong to the prefix: image tokens, `<bos>`, prompt and line break.
    pub prefix_length: usize,
}

/// Why a sequence could not be laid out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// A placeholder in the text would be taken for a place of the picture.
    #[error("the {text} holds the image placeholder (token {token}) at place {place}; remove '<image>' from the text")]
    PlaceholderInText {
        /// `prompt` or `answer`.
        text: &'static str,
        /// The placeholder's number.
        token: u32,
        /// Where in the text it stands, counted from 0.
        place: usize,
    },
}

/// Lays out `<image>×n <bos> prompt \n` and, for training, `answer <eos>`. An empty prompt is allowed: the picture alone
/// then asks the question. Without a `suffix` the sequence ends with the line break, ready for the model to go on.
///
/// # Shapes
/// `image_tokens` placeholders, `prefix`: the prompt's tokens, `suffix`: the answer's → one sequence.
/// # Errors
/// When a text holds the image placeholder.
/// # Source
/// PaliGemma, arXiv 2407.07726, §3.1.
pub fn layout(
    special: &SpecialTokens,
    image_tokens: usize,
    prefix: &[u32],
    suffix: Option<&[u32]>,
) -> Result<Example, LayoutError> {
    // ANCHOR: layout
    reject_placeholder("prompt", prefix, special.image)?;
    let mut ids = vec![special.image; image_tokens];
    ids.push(special.bos);
    ids.extend_from_slice(prefix);
    ids.push(special.newline);
    let prefix_length = ids.len();
    if let Some(suffix) = suffix {
        reject_placeholder("answer", suffix, special.image)?;
        ids.extend_from_slice(suffix);
        ids.push(special.eos);
    }
    Ok(Example { ids, prefix_length })
    // ANCHOR_END: layout
}

fn reject_placeholder(text: &'static str, tokens: &[u32], image: u32) -> Result<(), LayoutError> {
    match tokens.iter().position(|&token| token == image) {
        Some(place) => Err(LayoutError::PlaceholderInText { text, token: image, place }),
        None => Ok(()),
    }
}
