//! `preprocessor_config.json`: how pictures become pixels.

use std::path::Path;

use image::imageops::FilterType;
use serde_json::{Value, json};
use vit_patching::{Normalisation, VisionConfig};

use super::config::read_json;
use super::error::HubError;

/// The Python imaging library's number for the bicubic filter, the one that [`vit_patching::resize_square`] has.
const BICUBIC: u64 = 3;
/// The same for the bilinear filter, with which SigLIP 2's pictures are prepared.
const BILINEAR: u64 = 2;

/// How a folder's pictures become numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels {
    /// Mean and standard deviation; SigLIP's where the folder does not say.
    pub normalisation: Normalisation,
    /// How a picture is squashed.
    pub filter: FilterType,
}

/// Mean and standard deviation of a PaliGemma's pictures. What the folder says about size and filter must be what
/// [`vit_patching::preprocess()`] does.
///
/// # Errors
/// When the file is damaged, or asks for something else.
pub fn read_normalisation(folder: &Path, vision: &VisionConfig) -> Result<Normalisation, HubError> {
    let pixels = read_pixels(folder, vision, vision.image_size)?;
    if pixels.filter != FilterType::CatmullRom {
        let problem = format!(
            "is {BILINEAR}, but this program resizes a PaliGemma's pictures with the bicubic filter, {BICUBIC}"
        );
        return Err(HubError::field(&folder.join("preprocessor_config.json"), "resample", problem));
    }
    Ok(pixels.normalisation)
}

/// Reads how pictures are squashed to `side` pixels and normalised.
///
/// # Errors
/// When the file is damaged, or asks for another side, another filter or a crop.
pub fn read_pixels(folder: &Path, vision: &VisionConfig, side: usize) -> Result<Pixels, HubError> {
    let path = &folder.join("preprocessor_config.json");
    if !path.exists() {
        return Ok(Pixels { normalisation: Normalisation::SIGLIP, filter: FilterType::CatmullRom });
    }
    let json = read_json(path)?;
    let tokens = vision.num_patches();
    let expected = [
        ("/size/height", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/size/width", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/image_seq_length", json!(tokens), format!("{side} pixels in patches of {} are {tokens}", vision.patch_size)),
        ("/do_center_crop", json!(false), "this program squashes pictures and does not crop them".to_owned()),
    ];
    for (pointer, expected, reason) in expected {
        if let Some(found) = json.pointer(pointer).filter(|found| **found != expected && !found.is_null()) {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            return Err(HubError::field(path, field, format!("is {found}, but {reason}")));
        }
    }
    let filter = match json.get("resample").filter(|value| !value.is_null()) {
        None => FilterType::CatmullRom,
        Some(number) if *number == json!(BICUBIC) => FilterType::CatmullRom,
        Some(number) if *number == json!(BILINEAR) => FilterType::Triangle,
        Some(other) => {
            let problem = format!("is {other}, but this program resizes with filter {BILINEAR} or {BICUBIC}");
            return Err(HubError::field(path, "resample", problem));
        }
    };
    let mean = channels(path, &json, "image_mean", |value| value.is_finite())?;
    let std = channels(path, &json, "image_std", |value| value.is_finite() && value > 0.0)?;
    Ok(Pixels { normalisation: Normalisation::Fixed { mean, std }, filter })
}

/// Three numbers, one per colour.
fn channels(path: &Path, json: &Value, field: &str, is_possible: fn(f32) -> bool) -> Result<[f32; 3], HubError> {
    let Some(value) = json.get(field) else { return Ok([0.5; 3]) };
    let numbers: Option<[f32; 3]> = serde_json::from_value(value.clone()).ok();
    numbers.filter(|numbers| numbers.iter().all(|number| is_possible(*number))).ok_or_else(|| {
        HubError::field(path, field, format!("is {value}; it should be three numbers, standard deviations above 0"))
    })
}
