//! Drawing a line around a sprite, and shaving its rim off.
//!
//! Some artists outline everything and others nothing. Training pictures get both from every artist.

use crate::layer::Layer;

/// The sprite with a line of `thickness` pixels in a grey `shade` around it. The picture grows by as much on every side.
pub(crate) fn outlined(layer: &Layer, shade: f32, thickness: usize) -> Layer {
    // ANCHOR: outlined
    let mut result = layer.padded(thickness);
    let mut opacity: Vec<f32> = result.pixels.iter().map(|pixel| pixel[3]).collect();
    for _ in 0..thickness {
        opacity = neighbourhood(&opacity, result.width, f32::max);
    }
    for (pixel, line) in result.pixels.iter_mut().zip(opacity) {
        let behind = line * (1.0 - pixel[3]); // the line shows where the sprite does not cover it
        for channel in &mut pixel[..3] {
            *channel += shade * behind;
        }
        pixel[3] += behind;
    }
    result
    // ANCHOR_END: outlined
}

/// The sprite without its outermost two pixels.
pub(crate) fn shaved(layer: &Layer) -> Layer {
    // ANCHOR: shaved
    let mut result = layer.padded(1); // what lies outside is transparent and takes part
    let opacity: Vec<f32> = result.pixels.iter().map(|pixel| pixel[3]).collect();
    let once = neighbourhood(&opacity, result.width, f32::min);
    let twice = neighbourhood(&once, result.width, f32::min);
    for (pixel, (remaining, before)) in result.pixels.iter_mut().zip(twice.iter().zip(&opacity)) {
        let share = if *before > 0.0 { remaining / before } else { 0.0 };
        *pixel = pixel.map(|channel| channel * share);
    }
    result
    // ANCHOR_END: shaved
}

/// Replaces each value by the largest (or smallest) of it and its four neighbours.
fn neighbourhood(values: &[f32], width: usize, choose: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let extreme = |(index, &value): (usize, &f32)| {
        let column = index % width;
        let left = if column > 0 { values[index - 1] } else { value };
        let right = if column + 1 < width { values[index + 1] } else { value };
        let above = index.checked_sub(width).map_or(value, |above| values[above]);
        let below = values.get(index + width).copied().unwrap_or(value);
        choose(choose(choose(left, right), choose(above, below)), value)
    };
    values.iter().enumerate().map(extreme).collect()
}
