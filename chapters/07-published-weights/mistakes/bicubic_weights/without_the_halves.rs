// caught by: bicubic::neither_end_is_favoured
// book: PaliGemma: what bicubic means
//
// You measure from the corners of pixels, i·old/new, instead of from their middles. The picture moves by a part of
// a pixel towards its upper left corner.

let scale = old as f64 / new as f64;
let unit = scale.max(1.0); // old pixels: shrinking stretches the curve
let middle = place as f64 * scale + 0.5;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
let curve = (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit));
let weights: Vec<f64> = curve.collect();
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
