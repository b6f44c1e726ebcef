//! `preprocessor_config.json`, or the part `image_processor` of `processor_config.json`: how pictures become pixels.

use std::path::{Path, PathBuf};

use published_weights::Filter;
use serde_json::{Value, json};
use vit_patching::{Normalisation, VisionConfig};

use super::config::read_json;
use super::error::HubError;
use crate::terminal::note;

/// The Python imaging library's number for the bicubic filter.
const BICUBIC: u64 = 3;
/// The same for the bilinear filter, with which SigLIP 2's pictures are prepared.
const BILINEAR: u64 = 2;

/// How a folder's pictures become numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pixels {
    /// Mean and standard deviation; SigLIP's where the folder does not say.
    pub normalisation: Normalisation,
    /// How a picture is squashed.
    pub filter: Filter,
}

/// Mean and standard deviation of a PaliGemma's pictures. What the folder says about size and filter must be what
/// [`vit_patching::preprocess()`] does.
///
/// # Errors
/// When the file is damaged, or asks for something else.
pub fn read_normalisation(folder: &Path, vision: &VisionConfig) -> Result<Normalisation, HubError> {
    let pixels = read_pixels(folder, vision, vision.image_size)?;
    if pixels.filter != Filter::Bicubic {
        let problem = format!(
            "is {BILINEAR}, but this program resizes a PaliGemma's pictures with the bicubic filter, {BICUBIC}"
        );
        let (path, _) = find(folder)?.unwrap_or_default(); // without a file the filter is bicubic
        return Err(HubError::field(&path, "resample", problem));
    }
    Ok(pixels.normalisation)
}

/// Reads how pictures are squashed to `side` pixels and normalised.
///
/// # Errors
/// When the file is damaged, or asks for another side, another filter or a crop.
pub fn read_pixels(folder: &Path, vision: &VisionConfig, side: usize) -> Result<Pixels, HubError> {
    let Some((path, json)) = find(folder)? else {
        note!(
            "note: '{}' has no preprocessor_config.json; its pictures are prepared as the first SigLIP's are",
            folder.display()
        );
        return Ok(Pixels { normalisation: Normalisation::SIGLIP, filter: Filter::Bicubic });
    };
    let path = &path;
    let tokens = vision.num_patches();
    let expected = [
        ("/size/height", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/size/width", json!(side), format!("vision_config.image_size in config.json is {side}")),
        ("/image_seq_length", json!(tokens), format!("{side} pixels in patches of {} are {tokens}", vision.patch_size)),
        ("/do_center_crop", json!(false), "this program squashes pictures and does not crop them".to_owned()),
        ("/do_resize", json!(true), "this program squashes every picture".to_owned()),
        ("/do_rescale", json!(true), "this program makes levels from 0 to 255 numbers from 0 to 1".to_owned()),
        ("/do_normalize", json!(true), "this program subtracts a mean and divides by a standard deviation".to_owned()),
    ];
    for (pointer, expected, reason) in expected {
        if let Some(found) = json.pointer(pointer).filter(|found| **found != expected && !found.is_null()) {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            return Err(HubError::field(path, field, format!("is {found}, but {reason}")));
        }
    }
    if let Some(factor) = json.get("rescale_factor").filter(|factor| !factor.is_null())
        && factor.as_f64().is_none_or(|factor| (255.0 * factor - 1.0).abs() > 1e-6)
    {
        return Err(HubError::field(path, "rescale_factor", format!("is {factor}, but this program divides by 255")));
    }
    let filter = match json.get("resample").filter(|value| !value.is_null()) {
        None => Filter::Bicubic,
        Some(number) if *number == json!(BICUBIC) => Filter::Bicubic,
        Some(number) if *number == json!(BILINEAR) => Filter::Bilinear,
        Some(other) => {
            let problem = format!("is {other}, but this program resizes with filter {BILINEAR} or {BICUBIC}");
            return Err(HubError::field(path, "resample", problem));
        }
    };
    let mean = channels(path, &json, "image_mean", |value| value.is_finite())?;
    let std = channels(path, &json, "image_std", |value| value.is_finite() && value > 0.0)?;
    Ok(Pixels { normalisation: Normalisation::Fixed { mean, std }, filter })
}

/// Where a folder says how pictures are prepared, and what it says. The part of `processor_config.json`, which newer
/// versions of transformers write, counts before the older file of its own.
fn find(folder: &Path) -> Result<Option<(PathBuf, Value)>, HubError> {
    let object = |path: &Path, field: &str, value: &Value| match value {
        Value::Object(_) => Ok(Some((path.to_owned(), value.clone()))),
        other => Err(HubError::field(path, field, format!("is {other}, and should be an object; download it again"))),
    };
    let newer = folder.join("processor_config.json");
    if newer.exists()
        && let Some(part) = read_json(&newer)?.get("image_processor").filter(|part| !part.is_null())
    {
        return object(&newer, "image_processor", part);
    }
    let older = folder.join("preprocessor_config.json");
    if !older.exists() {
        return Ok(None);
    }
    object(&older, "its content", &read_json(&older)?)
}

/// Three numbers, one per colour; one number stands for all three.
fn channels(path: &Path, json: &Value, field: &str, is_possible: fn(f32) -> bool) -> Result<[f32; 3], HubError> {
    let Some(value) = json.get(field).filter(|value| !value.is_null()) else { return Ok([0.5; 3]) };
    let for_all = value.as_f64().map(|number| [number as f32; 3]);
    let numbers: Option<[f32; 3]> = for_all.or_else(|| serde_json::from_value(value.clone()).ok());
    numbers.filter(|numbers| numbers.iter().all(|number| is_possible(*number))).ok_or_else(|| {
        HubError::field(path, field, format!("is {value}; it should be three numbers, standard deviations above 0"))
    })
}
