//! From phase one to phase two: the contrastively trained vision tower moves into the vision-language model.
//!
//! The MAP head, the text tower, the temperature and the bias stay behind: PaliGemma reads all patch tokens and has its
//! own way with words.

use std::collections::BTreeMap;

use candle_core::{Result, Tensor};
use foundations::Params;

use crate::model::VISION_PREFIX;

/// The prefix of the vision tower in a dual encoder.
const DUAL_ENCODER_PREFIX: &str = "vision_model.";

/// Copies the vision tower of a dual encoder (its tensors by name) into the parameters of a vision-language model.
/// Returns how many tensors moved.
///
/// # Errors
/// When a tensor of the tower does not exist in `params` or has another shape.
pub fn move_vision_tower(dual_encoder: &BTreeMap<String, Tensor>, params: &Params) -> Result<usize> {
    // ANCHOR: move_vision_tower
    let mut moved = 0;
    for (name, value) in dual_encoder {
        match name.strip_prefix(DUAL_ENCODER_PREFIX) {
            Some(rest) if !rest.starts_with("head.") => {
                params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
                moved += 1;
            }
            _ => {}
        }
    }
    Ok(moved)
    // ANCHOR_END: move_vision_tower
}
