//! Boxes as words: four location tokens and a name.
//!
//! A detector usually ends in a layer that outputs four numbers. PaliGemma has no such layer: a coordinate is cut into
//! 1,024 bins, every bin is a token, and a box is a sentence of four of them and a name,
//! `<loc0256><loc0128><loc0767><loc0895> dog`: top, left, bottom, right. **y comes first.**
//!
//! # Source
//! PaliGemma (arXiv 2407.07726), §3.2; that a bin is `round(fraction · 1023)` is in big_vision, `pp/proj/paligemma/segmentation.py`.

use data::BoundingBox;
use siglip_training::tokenizer::{LOCATION_BINS, location_token};

/// Between two objects of one answer.
const SEPARATOR: &str = " ; ";

/// The bin of a coordinate given as a fraction of the picture; what lies outside is moved to the edge.
pub fn coordinate_to_bin(fraction: f32) -> u32 {
    // ANCHOR: coordinate_to_bin
    (fraction.clamp(0.0, 1.0) * (LOCATION_BINS - 1) as f32).round() as u32
    // ANCHOR_END: coordinate_to_bin
}

/// The coordinate that a bin stands for, as a fraction of the picture.
pub fn bin_to_coordinate(bin: u32) -> f32 {
    bin as f32 / (LOCATION_BINS - 1) as f32
}

/// The four tokens of a box: top, left, bottom, right.
pub fn box_tokens(bounds: &BoundingBox) -> String {
    // ANCHOR: box_tokens
    [bounds.y_min, bounds.x_min, bounds.y_max, bounds.x_max].map(|c| location_token(coordinate_to_bin(c))).concat()
    // ANCHOR_END: box_tokens
}

/// The answer to a detection prompt: `<loc…><loc…><loc…><loc…> dog ; <loc…>… red apple`.
pub fn detection_answer(boxes: &[(String, BoundingBox)]) -> String {
    let parts: Vec<String> = boxes.iter().map(|(name, bounds)| format!("{} {name}", box_tokens(bounds))).collect();
    parts.join(SEPARATOR)
}

/// Reads boxes back from an answer. Parts that are not four locations and a name are left out: a model in training
/// writes all sorts of things, and a box that is not there counts as a miss.
pub fn parse_detections(answer: &str) -> Vec<(String, BoundingBox)> {
    answer.split(';').filter_map(parse_detection).collect()
}

/// Reads one object, `<loc…><loc…><loc…><loc…> name`.
fn parse_detection(part: &str) -> Option<(String, BoundingBox)> {
    // ANCHOR: parse_detection
    let mut rest = part.trim();
    let mut coordinates = [0f32; 4];
    for coordinate in &mut coordinates {
        let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
        *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
        rest = after.trim_start();
    }
    let [y_min, x_min, y_max, x_max] = coordinates;
    let is_name = !rest.is_empty() && !rest.starts_with("<loc");
    is_name.then(|| (rest.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
    // ANCHOR_END: parse_detection
}
