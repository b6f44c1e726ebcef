//! Any picture becomes a square of numbers around zero.
//!
//! Pictures are squashed to a square rather than cropped: cropping can cut off the very thing that a caption names.

use std::borrow::Cow;

use candle_core::{Device, Result, Tensor};
use image::RgbImage;
use image::imageops::{FilterType, resize};
use serde::{Deserialize, Serialize};

use crate::error::VisionError;

/// How colour values 0..1 are shifted and scaled before the network sees them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// `(value − mean) / std`, the same for every picture.
    Fixed {
        /// Per channel, in 0..1.
        mean: [f32; 3],
        /// Per channel, above 0.
        std: [f32; 3],
    },
    /// `(value − the picture's own mean colour) · 6`: a copy to which a colour was added everywhere looks the same. Drawings on a
    /// plain ground spread by about a sixth around their mean, so the numbers spread by about one.
    OwnMean,
}

/// What [`Normalisation::OwnMean`] multiplies by.
const OWN_MEAN_SCALE: f32 = 6.0;

impl Normalisation {
    /// What SigLIP and PaliGemma use: 0..1 becomes −1..1.
    pub const SIGLIP: Self = Self::Fixed { mean: [0.5; 3], std: [0.5; 3] };

    /// What to subtract, and then what to multiply by, per channel, for this picture.
    fn shift_and_scale(&self, picture: &RgbImage) -> ([f32; 3], [f32; 3]) {
        // ANCHOR: shift_and_scale
        match self {
            Self::Fixed { mean, std } => (*mean, std.map(|std| 1.0 / std)),
            Self::OwnMean => (mean_colour(picture), [OWN_MEAN_SCALE; 3]),
        }
        // ANCHOR_END: shift_and_scale
    }
}

/// The average colour of a picture, each channel in 0..1.
fn mean_colour(picture: &RgbImage) -> [f32; 3] {
    // ANCHOR: mean_colour
    let mut sums = [0u64; 3]; // whole numbers: the order of adding cannot change the result
    for pixel in picture.pixels() {
        for (sum, value) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(value);
        }
    }
    let pixels = picture.len() as f64 / 3.0;
    sums.map(|sum| (sum as f64 / pixels / 255.0) as f32)
    // ANCHOR_END: mean_colour
}

/// Squashes a picture to `side` × `side` pixels. A picture that has this size already is passed through unchanged.
///
/// The filter is Catmull-Rom: the "bicubic" of the Python imaging library, with which pictures are prepared for SigLIP's and
/// PaliGemma's published weights (transformers has a second way, by torchvision). That library squashes the width first and rounds to whole levels before it
/// squashes the height; at a sharp edge, where the filter overshoots what a level can hold, this makes a difference of several levels.
pub fn resize_square(picture: &RgbImage, side: u32) -> Cow<'_, RgbImage> {
    // ANCHOR: resize_square
    if picture.dimensions() == (side, side) {
        Cow::Borrowed(picture)
    } else {
        let narrow = resize(picture, side, picture.height(), FilterType::CatmullRom);
        Cow::Owned(resize(&narrow, side, side, FilterType::CatmullRom))
    }
    // ANCHOR_END: resize_square
}

/// Pictures of any size as one batch of pixels for the tower.
///
/// # Shapes
/// `b` pictures → `[b, 3, side, side]` of f32, channels red, green, blue.
/// # Errors
/// When there is no picture, or one has no pixels, or `side` is 0.
pub fn preprocess(
    pictures: &[RgbImage],
    side: usize,
    normalisation: &Normalisation,
    device: &Device,
) -> Result<Tensor> {
    // ANCHOR: preprocess
    check_pictures(pictures, side)?;
    let mut values = Vec::with_capacity(pictures.len() * 3 * side * side);
    for picture in pictures {
        let square = resize_square(picture, side as u32);
        let (shift, scale) = normalisation.shift_and_scale(&square);
        for channel in 0..3 {
            let plane = square.pixels().map(|pixel| f32::from(pixel.0[channel]) / 255.0);
            values.extend(plane.map(|value| (value - shift[channel]) * scale[channel]));
        }
    }
    Tensor::from_vec(values, (pictures.len(), 3, side, side), device) // [b, 3, side, side]
    // ANCHOR_END: preprocess
}

fn check_pictures(pictures: &[RgbImage], side: usize) -> std::result::Result<(), VisionError> {
    if pictures.is_empty() {
        return Err(VisionError::NoPictures);
    }
    if side == 0 {
        return Err(VisionError::Zero { field: "image_size" });
    }
    match pictures.iter().position(|picture| picture.width() == 0 || picture.height() == 0) {
        Some(index) => {
            let (width, height) = pictures[index].dimensions();
            Err(VisionError::EmptyPicture { index, width, height })
        }
        None => Ok(()),
    }
}
