//! Image tokens take the places that were kept for them.
//!
//! Word embeddings are multiplied by `√d` before they get here (`Decoder::embed` in chapter 05 does it); image tokens
//! are **not**. Scaling both, or normalising the image tokens to unit length, still gives a model that trains, and one
//! that reads published weights as noise.

use candle_core::Tensor;
use foundations::ops;

/// Why the two could not be merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A row keeps too many or too few places.
    #[error(
        "example {row} keeps {placeholders} places for image tokens, but its picture has {image_tokens}; \
         lay the prompt out for this vision tower (patches per picture)"
    )]
    Count {
        /// The example.
        row: usize,
        /// Placeholders among its tokens.
        placeholders: usize,
        /// Image tokens of a picture.
        image_tokens: usize,
    },
    /// The shapes do not fit, or the device failed.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// So that `?` carries this error through functions that return candle's.
impl From<MergeError> for candle_core::Error {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Tensor(error) => error,
            other => Self::wrap(other),
        }
    }
}

/// The sequence that the decoder reads: image tokens where `ids` holds `image_token`, in their order, words elsewhere.
/// Gradients flow into both.
///
/// # Shapes
/// `ids`: `[b, t]` of u32; `text_embeddings`: `[b, t, d]`, already scaled; `image_features`: `[b, n, d]` → `[b, t, d]`.
/// # Errors
/// When a row has not exactly `n` placeholders, or the shapes do not fit.
pub fn merge(
    ids: &Tensor,
    text_embeddings: &Tensor,
    image_features: &Tensor,
    image_token: u32,
) -> Result<Tensor, MergeError> {
    // ANCHOR: merge
    let (b, n, d) = image_features.dims3()?;
    let rows = ids.to_vec2::<u32>()?;
    let t = ids.dim(1)?;
    let mut sources = Vec::with_capacity(b * t); // which row of the table below each position takes
    for (row, tokens) in rows.iter().enumerate() {
        let offset = (row * (n + t)) as u32;
        sources.extend(row_sources(row, tokens, n, image_token)?.iter().map(|source| offset + source));
    }
    let table = Tensor::cat(&[image_features, text_embeddings], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
    let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
    Ok(ops::embedding(&table, &sources)?) // [b, t, d]
    // ANCHOR_END: merge
}

/// For each token of one example, where its vector stands in the example's `n` image tokens followed by its words.
fn row_sources(row: usize, tokens: &[u32], image_tokens: usize, image_token: u32) -> Result<Vec<u32>, MergeError> {
    // ANCHOR: row_sources
    let mut placeholders = 0;
    let mut sources = Vec::with_capacity(tokens.len());
    for (position, &token) in tokens.iter().enumerate() {
        if token == image_token {
            sources.push(placeholders as u32);
            placeholders += 1;
        } else {
            sources.push((image_tokens + position) as u32);
        }
    }
    if placeholders == image_tokens { Ok(sources) } else { Err(MergeError::Count { row, placeholders, image_tokens }) }
    // ANCHOR_END: row_sources
}
