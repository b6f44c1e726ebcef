//! Writing PNG files as small as the format allows.

use std::path::Path;

use anyhow::Context;
use image::{
    ExtendedColorType, ImageEncoder, RgbImage, RgbaImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

/// Writes a sheet with transparency; returns the size of the file.
pub fn write_rgba(sheet: &RgbaImage, path: &Path) -> anyhow::Result<u64> {
    write(sheet.as_raw(), sheet.dimensions(), ExtendedColorType::Rgba8, path)
}

/// Writes an opaque sheet; returns the size of the file.
pub fn write_rgb(sheet: &RgbImage, path: &Path) -> anyhow::Result<u64> {
    write(sheet.as_raw(), sheet.dimensions(), ExtendedColorType::Rgb8, path)
}

fn write(bytes: &[u8], (width, height): (u32, u32), colour: ExtendedColorType, path: &Path) -> anyhow::Result<u64> {
    let mut png = Vec::new();
    // No filter: flat drawings repeat whole runs of pixels, which filters would only hide from the compressor.
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::NoFilter)
        .write_image(bytes, width, height, colour)?;
    std::fs::write(path, &png).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(png.len() as u64)
}
