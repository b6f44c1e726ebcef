//! The other filter: SigLIP 2's pictures are mixed with weights that fall in a straight line.

use crate::bicubic::Window;

/// What new pixel `place` is mixed of, as [`crate::bicubic_weights`] says it, but with another curve: a triangle, 1 in the
/// middle and 0 from one pixel on. It never dips below zero, so no edge is sharpened and no level is overshot.
///
/// # Shapes
/// `place` < `new`; both sizes at least 1 → at most `old` weights, which sum to 1.
/// # Source
/// Pillow `src/libImaging/Resample.c`, `bilinear_filter` and `precompute_coeffs`.
pub fn bilinear_weights(old: usize, new: usize, place: usize) -> Window {
    let scale = old as f64 / new as f64;
    let reach = scale.max(1.0); // old pixels: shrinking stretches the triangle
    let middle = (place as f64 + 0.5) * scale;
    let first = (middle - reach + 0.5).max(0.0) as usize;
    let end = ((middle + reach + 0.5) as usize).min(old);
    let triangle = |x: usize| (1.0 - ((x as f64 + 0.5 - middle) / reach).abs()).max(0.0);
    let sum: f64 = (first..end).map(triangle).sum();
    Window { first, weights: (first..end).map(|x| triangle(x) / sum).collect() }
}
