//! A picture as published weights expect it.
//!
//! Chapter 02 prepares pictures for models that are trained here, and there any way will do that is always the same.
//! For published weights, transformers can prepare a picture by the Python imaging library (its `PIL` backend; torchvision, where
//! it is installed, need not agree to the last level), and this module does what that library does, down to its rounding.

use candle_core::{Device, Result, Tensor};
use image::{Rgb, RgbImage};
use vit_patching::VisionError;

use crate::bicubic::{Window, bicubic_weights};
use crate::bilinear::bilinear_weights;

/// Which old pixels a new one is mixed of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// See [`bilinear_weights`]: SigLIP 2's pictures.
    Bilinear,
    /// See [`bicubic_weights`]: SigLIP's and PaliGemma's pictures.
    Bicubic,
}

impl Filter {
    fn window(self, old: usize, new: usize, place: usize) -> Window {
        match self {
            Self::Bilinear => bilinear_weights(old, new, place),
            Self::Bicubic => bicubic_weights(old, new, place),
        }
    }
}

/// Squashes a picture to `side` × `side` pixels with the filter of SigLIP and PaliGemma; see [`squash_by`].
pub fn squash(picture: &RgbImage, side: u32) -> RgbImage {
    squash_by(picture, side, Filter::Bicubic)
}

/// Squashes a picture to `side` × `side` pixels: first its width, then its height, with whole levels in between. Nothing
/// is cut off, and proportions are not kept. (Pillow 13 begins with the height for some pictures that are higher than
/// wide, and the levels in between are others then.)
///
/// # Source
/// Pillow `src/libImaging/Resample.c`, `ImagingResampleInner`, up to Pillow 12.
pub fn squash_by(picture: &RgbImage, side: u32, filter: Filter) -> RgbImage {
    let turned =
        |picture: &RgbImage| RgbImage::from_fn(picture.height(), picture.width(), |x, y| *picture.get_pixel(y, x));
    let narrow = with_width(picture, side, filter);
    turned(&with_width(&turned(&narrow), side, filter))
}

/// Pillow counts in whole numbers: a weight of 1 is 2 to this power.
const WEIGHT_BITS: i32 = 22;

/// Every line of a picture, resized.
fn with_width(picture: &RgbImage, width: u32, filter: Filter) -> RgbImage {
    let windows: Vec<(usize, Vec<i32>)> = (0..width)
        .map(|x| {
            let Window { first, weights } = filter.window(picture.width() as usize, width as usize, x as usize);
            (first, weights.iter().map(|weight| (weight * f64::from(1 << WEIGHT_BITS)).round() as i32).collect())
        })
        .collect();
    RgbImage::from_fn(width, picture.height(), |x, y| {
        let (first, weights) = &windows[x as usize];
        let mut mixed = [1 << (WEIGHT_BITS - 1); 3]; // a half, so that cutting off the bits rounds
        for (old, weight) in (*first as u32..).zip(weights) {
            for (sum, level) in mixed.iter_mut().zip(picture.get_pixel(old, y).0) {
                *sum += weight * i32::from(level);
            }
        }
        // The bicubic curve dips below zero, so a sum can leave what a level can hold.
        Rgb(mixed.map(|sum| (sum >> WEIGHT_BITS).clamp(0, 255) as u8))
    })
}

/// One picture as the vision tower of a published model wants it: squashed, levels 0…255 made 0…1, and of these `(value −
/// mean) / std`, which with SigLIP's 0.5 and 0.5 gives −1…1.
///
/// # Shapes
/// A picture of any size; `mean`, `std`: for red, green and blue → `[3, side, side]` of f32 on the processor, the red
/// values of all pixels, then the green ones, then the blue ones.
/// # Errors
/// When the picture has no pixels, or `side` is 0.
/// # Source
/// transformers `image_processing_siglip.py`; PaliGemma (arXiv 2407.07726), §3.2.
pub fn pixel_values(picture: &RgbImage, side: usize, mean: [f32; 3], std: [f32; 3]) -> Result<Tensor> {
    check(picture, side)?;
    // ANCHOR: pixel_values
    let square = squash(picture, side as u32);
    let mut values = Vec::with_capacity(3 * side * side);
    for channel in 0..3 {
        let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
        values.extend(levels.map(|level| (level / 255.0 - mean[channel]) / std[channel]));
    }
    Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
    // ANCHOR_END: pixel_values
}

fn check(picture: &RgbImage, side: usize) -> std::result::Result<(), VisionError> {
    let (width, height) = picture.dimensions();
    if side == 0 {
        return Err(VisionError::Zero { field: "image_size" });
    }
    if width == 0 || height == 0 {
        return Err(VisionError::EmptyPicture { index: 0, width, height });
    }
    Ok(())
}
