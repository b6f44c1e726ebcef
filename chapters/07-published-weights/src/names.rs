//! The same tensor under the names of different years.
//!
//! | stored as | here |
//! |---|---|
//! | `vision_tower.vision_model.…` (the published files) | the same |
//! | `model.vision_tower.vision_model.…`, `model.vision_tower.…`, `vision_tower.…` | `vision_tower.vision_model.…` |
//! | `model.multi_modal_projector.…` | `multi_modal_projector.…` |
//! | `language_model.model.…` (the published files) | the same |
//! | `model.language_model.…`, `language_model.…` | `language_model.model.…` |
//! | `lm_head.weight`, `language_model.lm_head.weight` | `language_model.lm_head.weight` |
//!
//! A SigLIP checkpoint has always had `vision_model.…`, `text_model.…`, `logit_scale` and `logit_bias`.

use autoregressive_training::model::{DECODER_PREFIX, VISION_PREFIX};

/// What PaliGemma's output head is called, in the files that store the tied table twice.
pub const HEAD: &str = "language_model.lm_head.weight";

/// The name that our modules give to a tensor of a PaliGemma file; `None` for a buffer that is no parameter.
///
/// # Source
/// The published files of `google/paligemma-3b-pt-224`, and those that transformers 5 writes.
pub fn of_paligemma(stored: &str) -> Option<String> {
    // ANCHOR: of_paligemma
    if is_buffer(stored) {
        return None;
    }
    let name = stored.strip_prefix("model.").unwrap_or(stored);
    Some(match name.split_once('.') {
        Some(("vision_tower", rest)) => below(VISION_PREFIX, rest.strip_prefix("vision_model.").unwrap_or(rest)),
        Some(("language_model", rest)) if rest.starts_with("lm_head.") => name.to_owned(),
        Some(("language_model", rest)) => below(DECODER_PREFIX, rest.strip_prefix("model.").unwrap_or(rest)),
        Some(("lm_head", _)) => below("language_model", name),
        _ => name.to_owned(),
    })
    // ANCHOR_END: of_paligemma
}

/// The name that our modules give to a tensor of a SigLIP file; `None` for a buffer that is no parameter.
pub fn of_siglip(stored: &str) -> Option<String> {
    (!is_buffer(stored)).then(|| stored.to_owned())
}

/// Old files store the numbers 0, 1, 2, … of the positions, or the speeds of the rotation.
fn is_buffer(stored: &str) -> bool {
    stored.ends_with(".position_ids") || stored.ends_with(".rotary_emb.inv_freq")
}

/// A name under a prefix.
fn below(prefix: &str, name: &str) -> String {
    format!("{prefix}.{name}")
}
