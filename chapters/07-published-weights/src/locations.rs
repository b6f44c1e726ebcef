//! Boxes of an answer, in pixels of the picture that was asked about.
//!
//! The model saw a square of 224 pixels. Its answer speaks of fractions of that square, and since the picture was squashed
//! into it whole, without borders, they are fractions of the picture as well: those of y of its height, those of
//! x of its width.

use autoregressive_training::boxes::parse_detections;

/// A box and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelBox {
    /// What the model calls it.
    pub name: String,
    /// Pixels from the upper edge of the picture to that of the box.
    pub top: u32,
    /// Pixels from the left edge of the picture to that of the box.
    pub left: u32,
    /// Pixels from the upper edge of the picture to the lower one of the box.
    pub bottom: u32,
    /// Pixels from the left edge of the picture to the right one of the box.
    pub right: u32,
}

/// Every box of an answer such as `<loc0256><loc0128><loc0767><loc0895> dog ; …`, in pixels of a picture of `width` ×
/// `height`. What is no box is left out; where a model has exchanged two corners, they are put in order.
pub fn boxes_in_pixels(answer: &str, width: u32, height: u32) -> Vec<PixelBox> {
    // ANCHOR: boxes_in_pixels
    let pixel = |fraction: f32, side: u32| (fraction * side as f32).round() as u32;
    let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
    let in_pixels = found.map(|(name, bounds)| {
        let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
        let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
        PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) }
    });
    in_pixels.collect()
    // ANCHOR_END: boxes_in_pixels
}
