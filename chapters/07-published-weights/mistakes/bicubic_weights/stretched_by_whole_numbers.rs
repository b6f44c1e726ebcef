// caught by: bicubic::shrinking_looks_at_more_pixels
// book: PaliGemma: what bicubic means
//
// You divide the two lengths as whole numbers, so the curve is stretched by 1, 2, 3 and nothing in between. Where
// 30 pixels become 20 it is not stretched at all, and where 39 become 20 it should be stretched to nearly twice its
// width.

let scale = old as f64 / new as f64;
let unit = (old / new).max(1) as f64; // old pixels: shrinking stretches the curve
let middle = (place as f64 + 0.5) * scale;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
let curve = (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit));
let weights: Vec<f64> = curve.collect();
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
