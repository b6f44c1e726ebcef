// caught by: bicubic::a_pixel_between_two_others_mixes_four
// book: PaliGemma: what bicubic means
//
// You line up the first and the last pixels of both lines (`align_corners`). Pixels are areas: what coincides are
// the edges, so the middle of new pixel i lies at (i + ½)·old/new.

let scale = old as f64 / new as f64;
let unit = scale.max(1.0); // old pixels: shrinking stretches the curve
let middle = place as f64 * (old as f64 - 1.0) / (new as f64 - 1.0).max(1.0) + 0.5;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
let curve = (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit));
let weights: Vec<f64> = curve.collect();
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
