//! How good is a retrieval? Recall@k: how often is the right answer among the first `k`?

use candle_core::{DType, Result, Tensor};

use crate::error::ContrastiveError;

/// Recall@k in both directions, as fractions between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recall {
    /// Of all pictures, how many find their text.
    pub image_to_text: f64,
    /// Of all texts that some picture belongs to, how many find one of their pictures.
    pub text_to_image: f64,
}

/// Recall@k of a similarity matrix, where picture `i` belongs to text `relevant_text[i]`.
///
/// Several pictures may share a text; the text finds one as soon as *any* of them is among the first `k`. A tie counts
/// against the right answer: a model that says the same of everything has found nothing.
///
/// # Shapes
/// `similarity`: `[images, texts]`; `relevant_text`: one column index per row.
/// # Errors
/// When `k` is 0, there is no picture, or `relevant_text` does not fit the matrix.
pub fn recall_at_k(similarity: &Tensor, relevant_text: &[usize], k: usize) -> Result<Recall> {
    // ANCHOR: recall_at_k
    check(similarity, relevant_text, k)?;
    let by_image = similarity.to_dtype(DType::F64)?.to_vec2::<f64>()?; // [images][texts]
    let by_text = similarity.to_dtype(DType::F64)?.t()?.to_vec2::<f64>()?; // [texts][images]
    let of_images =
        by_image.iter().zip(relevant_text).map(|(scores, &own_text)| is_found(scores, |text| text == own_text, k));
    let of_texts = by_text
        .iter()
        .enumerate()
        .filter(|(text, _)| relevant_text.contains(text))
        .map(|(text, scores)| is_found(scores, |image| relevant_text[image] == text, k));
    Ok(Recall { image_to_text: share(of_images), text_to_image: share(of_texts) })
    // ANCHOR_END: recall_at_k
}

/// Whether fewer than `k` wrong candidates score at least as high as the best right one. A score that is not a number
/// counts as the highest when it is wrong and as the lowest when it is right.
fn is_found(scores: &[f64], is_right: impl Fn(usize) -> bool, k: usize) -> bool {
    // ANCHOR: is_found
    let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
    let best_right = right.map(|(_, &score)| score).fold(f64::NEG_INFINITY, f64::max);
    let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
    let ahead = wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count();
    ahead < k
    // ANCHOR_END: is_found
}

/// The fraction of `true` among the answers.
fn share(answers: impl Iterator<Item = bool>) -> f64 {
    let answers: Vec<bool> = answers.collect();
    answers.iter().filter(|&&found| found).count() as f64 / answers.len() as f64
}

fn check(similarity: &Tensor, relevant_text: &[usize], k: usize) -> Result<()> {
    let (images, texts) = similarity.dims2()?;
    if k == 0 {
        return Err(ContrastiveError::NoCandidates.into());
    }
    if images == 0 {
        return Err(ContrastiveError::Empty.into());
    }
    if relevant_text.len() != images {
        return Err(ContrastiveError::RelevantCount { images, relevant: relevant_text.len() }.into());
    }
    match relevant_text.iter().position(|&text| text >= texts) {
        Some(image) => Err(ContrastiveError::NoSuchText { image, text: relevant_text[image], texts }.into()),
        None => Ok(()),
    }
}
