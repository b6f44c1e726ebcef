//! `preprocessor_config.json`: how pictures become pixels.

use std::path::Path;

use serde_json::{Value, json};
use vit_patching::{Normalisation, VisionConfig};

use super::config::read_json;
use super::error::HubError;

/// PIL's number for the bicubic filter, the one that [`vit_patching::resize_square`] has.
const BICUBIC: u64 = 3;

/// Mean and standard deviation of a folder's pictures; SigLIP's where it does not say. What it says about size and filter
/// must be what [`vit_patching::preprocess()`] does.
///
/// # Errors
/// When the file is damaged, or asks for something else.
pub fn read_normalisation(folder: &Path, vision: &VisionConfig) -> Result<Normalisation, HubError> {
    let path = &folder.join("preprocessor_config.json");
    if !path.exists() {
        return Ok(Normalisation::SIGLIP);
    }
    let json = read_json(path)?;
    let (side, tokens) = (vision.image_size, vision.num_patches());
    let expected = [
        ("/size/height", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/size/width", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/image_seq_length", json!(tokens), format!("{side} pixels in patches of {} are {tokens}", vision.patch_size)),
        ("/resample", json!(BICUBIC), format!("this program resizes with the bicubic filter, {BICUBIC}")),
        ("/do_center_crop", json!(false), "this program squashes pictures and does not crop them".to_owned()),
    ];
    for (pointer, expected, reason) in expected {
        if let Some(found) = json.pointer(pointer).filter(|found| **found != expected && !found.is_null()) {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            return Err(HubError::field(path, field, format!("is {found}, but {reason}")));
        }
    }
    let mean = channels(path, &json, "image_mean", |value| value.is_finite())?;
    let std = channels(path, &json, "image_std", |value| value.is_finite() && value > 0.0)?;
    Ok(Normalisation::Fixed { mean, std })
}

/// Three numbers, one per colour.
fn channels(path: &Path, json: &Value, field: &str, is_possible: fn(f32) -> bool) -> Result<[f32; 3], HubError> {
    let Some(value) = json.get(field) else { return Ok([0.5; 3]) };
    let numbers: Option<[f32; 3]> = serde_json::from_value(value.clone()).ok();
    numbers.filter(|numbers| numbers.iter().all(|number| is_possible(*number))).ok_or_else(|| {
        HubError::field(path, field, format!("is {value}; it should be three numbers, standard deviations above 0"))
    })
}
