//! Which pixels a resized picture mixes, and how much of each.
//!
//! "Bicubic" names a curve, and leaves two things open that published weights have got used to. The curve has a
//! parameter, −0.5 in the Python imaging library and in PyTorch with `antialias`, −0.75 in OpenCV and in PyTorch without. And where a picture shrinks, the curve
//! is stretched, so that every old pixel has a say in some new one; without that, most would be skipped, and thin lines
//! would break into dots.

/// How deep the curve dips below zero.
const DIP: f64 = -0.5;

/// Old pixels to either side of a new one that have a say, where the picture grows.
const REACH: f64 = 2.0;

/// Neighbouring old pixels, and the weight of each in a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// The first of them.
    pub first: usize,
    /// From the first on; all together 1.
    pub weights: Vec<f64>,
}

/// The curve: 1 in the middle, 0 at whole distances and from two pixels on, below zero between one and two.
///
/// # Source
/// Keys 1981, "Cubic Convolution Interpolation for Digital Image Processing".
pub fn cubic(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        ((DIP + 2.0) * x - (DIP + 3.0)) * x * x + 1.0
    } else if x < REACH {
        DIP * (((x - 5.0) * x + 8.0) * x - 4.0)
    } else {
        0.0
    }
}

/// What new pixel `place` is mixed of, when a line of `old` pixels becomes one of `new`.
///
/// The middle of new pixel `i` lies at `(i + ½)·old/new`, measured in old pixels from the edge, and the middle of old
/// pixel `x` at `x + ½`. Its weight is the curve at the distance of both, and that distance is measured in *new* pixels
/// where the line shrinks, in old ones where it grows. Pixels beyond the ends do not exist, so the weights of
/// those that do are divided by their sum.
///
/// # Shapes
/// `place` < `new`; both sizes at least 1 → at most `old` weights, which sum to 1.
/// # Source
/// Pillow `src/libImaging/Resample.c`, `precompute_coeffs`.
pub fn bicubic_weights(old: usize, new: usize, place: usize) -> Window {
    // ANCHOR: bicubic_weights
    let scale = old as f64 / new as f64;
    let unit = scale.max(1.0); // old pixels: shrinking stretches the curve
    let middle = (place as f64 + 0.5) * scale;
    let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
    let end = ((middle + REACH * unit + 0.5) as usize).min(old);
    let curve = (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit));
    let weights: Vec<f64> = curve.collect();
    let sum: f64 = weights.iter().sum();
    Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
    // ANCHOR_END: bicubic_weights
}
