//! Where a patch was.
//!
//! Attention treats its tokens as a set: without help it cannot tell the sky from the ground. So a vector that depends on
//! the place is added to every token. It is *learned* (a table with one row per patch), it can start from a
//! table of sines and cosines, and it can be resampled for a picture of another resolution.

use candle_core::{DType, Device, Result, Tensor};
use foundations::Params;

use crate::config::VisionConfig;
use crate::error::VisionError;

/// The longest wavelength is about this many patches (times 2π).
const TEMPERATURE: f64 = 10_000.0;

/// A table of sines and cosines: a quarter of the features each for sin x, cos x, sin y and cos y, at wavelengths in
/// geometric progression, where (x, y) is the column and the row of the patch.
///
/// # Shapes
/// → `[grid·grid, hidden_size]`, patches in reading order.
/// # Errors
/// When `hidden_size` is not a multiple of 4.
/// # Source
/// big_vision `models/vit.py`, `posemb_sincos_2d`; Chen et al. 2021, arXiv 2104.02057 (MoCo v3).
pub fn sincos_2d(grid: usize, hidden_size: usize) -> Result<Tensor> {
    // ANCHOR: sincos_2d
    if hidden_size == 0 || !hidden_size.is_multiple_of(4) {
        return Err(VisionError::NotAMultipleOfFour(hidden_size).into());
    }
    let quarter = hidden_size / 4;
    let last = (quarter - 1).max(1) as f64; // with one frequency only, that frequency is 1
    let frequencies: Vec<f64> = (0..quarter).map(|i| TEMPERATURE.powf(-(i as f64) / last)).collect();
    let mut table = Vec::with_capacity(grid * grid * hidden_size);
    for (y, x) in (0..grid).flat_map(|y| (0..grid).map(move |x| (y as f64, x as f64))) {
        table.extend(frequencies.iter().map(|frequency| (x * frequency).sin()));
        table.extend(frequencies.iter().map(|frequency| (x * frequency).cos()));
        table.extend(frequencies.iter().map(|frequency| (y * frequency).sin()));
        table.extend(frequencies.iter().map(|frequency| (y * frequency).cos()));
    }
    Tensor::from_vec(table, (grid * grid, hidden_size), &Device::Cpu)?.to_dtype(DType::F32) // [n, d]
    // ANCHOR_END: sincos_2d
}

/// Lets the learned position table of a new tower start as [`sincos_2d`]: neighbours are then neighbours from the first
/// step, which a small tower would otherwise spend many pictures to find out.
///
/// `prefix` is where the tower is in `params`, for example `"vision_model"`.
///
/// # Errors
/// When there is no tower at `prefix`, or the sizes differ.
pub fn initialise_positions(params: &Params, prefix: &str, config: &VisionConfig) -> Result<()> {
    // ANCHOR: initialise_positions
    let table = sincos_2d(config.grid(), config.hidden_size)?; // [n, d]
    params.set(&format!("{prefix}.embeddings.position_embedding.weight"), &table)
    // ANCHOR_END: initialise_positions
}

/// Resamples a position table for a grid with more or fewer patches, linearly along both sides.
///
/// The table is a small picture with `d` channels; this resizes it. Both sides work alike, so one matrix that resizes a
/// line, applied first to the rows and then to the columns, does it; and since matrix products have
/// gradients, a tower can be trained at a resolution that its table was not made for.
///
/// # Shapes
/// `position`: `[old_grid², d]` → `[new_grid², d]`.
/// # Errors
/// When the table does not have `old_grid²` rows, or a grid is 0.
/// # Source
/// big_vision `models/vit.py`, `resample_posemb` (linear, too; where it lines up the corners of both grids, we line up
/// their middles, as resizing a picture does).
pub fn interpolate(position: &Tensor, old_grid: usize, new_grid: usize) -> Result<Tensor> {
    // ANCHOR: interpolate
    let (rows, d) = position.dims2()?;
    if rows == 0 || rows != old_grid * old_grid {
        return Err(VisionError::NotThatGrid { grid: old_grid, rows }.into());
    }
    if old_grid == new_grid {
        return Ok(position.clone());
    }
    let resize = line_resizer(old_grid, new_grid)?.to_dtype(position.dtype())?.to_device(position.device())?; // [new, old]
    let taller = resize.matmul(&position.reshape((old_grid, old_grid * d))?)?; // [new, old·d]
    let taller = taller.reshape((new_grid, old_grid, d))?.transpose(0, 1)?; // [old, new, d], columns first
    let wider = resize.matmul(&taller.reshape((old_grid, new_grid * d))?)?; // [new, new·d], columns first
    wider.reshape((new_grid, new_grid, d))?.transpose(0, 1)?.reshape((new_grid * new_grid, d)) // [new², d]
    // ANCHOR_END: interpolate
}

/// The matrix that resizes a line of `old` values to `new` values. The value `i` of the new line lies at
/// `(i + ½)·old/new − ½` of the old one, so that the *middles* of both lines coincide; it mixes the two old
/// values around it by their distance. Beyond the ends the last value continues.
///
/// # Shapes
/// → `[new, old]` of f64 on the processor, every row sums to one.
/// # Errors
/// When `new` is 0.
fn line_resizer(old: usize, new: usize) -> Result<Tensor> {
    // ANCHOR: line_resizer
    if new == 0 {
        return Err(VisionError::Zero { field: "the new grid" }.into());
    }
    let mut weights = vec![0f64; new * old];
    for i in 0..new {
        let place = (i as f64 + 0.5) * old as f64 / new as f64 - 0.5;
        let place = place.clamp(0.0, (old - 1) as f64);
        let (left, share) = (place.floor() as usize, place.fract());
        weights[i * old + left] += 1.0 - share;
        weights[i * old + (left + 1).min(old - 1)] += share;
    }
    Tensor::from_vec(weights, (new, old), &Device::Cpu)
    // ANCHOR_END: line_resizer
}
