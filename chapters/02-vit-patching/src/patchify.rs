//! Cutting a picture into square patches: the "words" that a Transformer reads.
//!
//! A 4 × 4 picture with one channel, cut into patches of 2 × 2:
//!
//! ```text
//!  0  1 |  2  3          patch 0: 0 1 4 5
//!  4  5 |  6  7          patch 1: 2 3 6 7
//! ------+------    →     patch 2: 8 9 12 13
//!  8  9 | 10 11          patch 3: 10 11 14 15
//! 12 13 | 14 15
//! ```
//!
//! Patches are read like text, left to right and top to bottom. Inside a patch the order is (channel, row, column),
//! because that is how convolution weights `[out, channel, row, column]` lie in memory.

use candle_core::{Result, Tensor};

use crate::error::VisionError;

/// Cuts pictures into patches of `patch_size` × `patch_size` pixels, each flattened to one row.
///
/// # Shapes
/// `pixels`: `[b, c, h, w]` → `[b, n, c·p·p]` with `n = (h/p)·(w/p)`.
/// # Errors
/// When patches do not tile the picture.
/// # Source
/// Dosovitskiy et al. 2020, arXiv 2010.11929, §3.1.
pub fn patchify(pixels: &Tensor, patch_size: usize) -> Result<Tensor> {
    // ANCHOR: patchify
    let (b, c, height, width) = pixels.dims4()?;
    let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
    pixels
        .reshape(&[b, c, rows, patch_size, columns, patch_size][..])? // [b, c, rows, p, columns, p]
        .permute([0, 2, 4, 1, 3, 5])? // [b, rows, columns, c, p, p]
        .reshape((b, rows * columns, c * patch_size * patch_size)) // [b, n, c·p·p]
    // ANCHOR_END: patchify
}

/// Puts patches back together: the exact inverse of [`patchify`] for pictures of `(channels, height, width)`.
///
/// # Shapes
/// `patches`: `[b, n, c·p·p]` → `[b, c, h, w]`.
/// # Errors
/// When patches do not tile such a picture, or their number or size does not fit it.
pub fn unpatchify(
    patches: &Tensor,
    patch_size: usize,
    (channels, height, width): (usize, usize, usize),
) -> Result<Tensor> {
    // ANCHOR: unpatchify
    let (b, n, features) = patches.dims3()?;
    let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
    if n != rows * columns || features != channels * patch_size * patch_size {
        return Err(VisionError::NotThatPicture { patches: n, features, channels, height, width, patch_size }.into());
    }
    patches
        .reshape(&[b, rows, columns, channels, patch_size, patch_size][..])? // [b, rows, columns, c, p, p]
        .permute([0, 3, 1, 4, 2, 5])? // [b, c, rows, p, columns, p]
        .reshape((b, channels, height, width)) // [b, c, h, w]
    // ANCHOR_END: unpatchify
}

/// How many patches fit along a side, with nothing left over.
fn patches_along(side: usize, patch_size: usize) -> std::result::Result<usize, VisionError> {
    match patch_size {
        0 => Err(VisionError::Zero { field: "patch_size" }),
        _ if side.is_multiple_of(patch_size) => Ok(side / patch_size),
        _ => Err(VisionError::PatchesDoNotTile { side, patch_size }),
    }
}
