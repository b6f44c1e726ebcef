// caught by: bicubic::a_pixel_between_two_others_mixes_four
// book: PaliGemma: what bicubic means
//
// Your curve dips to −0.75, as OpenCV's does, and PyTorch's without `antialias`. The Python imaging library's dips to −0.5, and that is
// what the weights have seen; `cubic` is it.

let curve = |distance: f64| match distance.abs() {
    x if x < 1.0 => (1.25 * x - 2.25) * x * x + 1.0,
    x if x < 2.0 => -0.75 * (((x - 5.0) * x + 8.0) * x - 4.0),
    _ => 0.0,
};
let scale = old as f64 / new as f64;
let unit = scale.max(1.0); // old pixels: shrinking stretches the curve
let middle = (place as f64 + 0.5) * scale;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
let weights = (first..end).map(|x| curve((x as f64 + 0.5 - middle) / unit));
let weights: Vec<f64> = weights.collect();
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
