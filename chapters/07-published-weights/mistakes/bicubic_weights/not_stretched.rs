// caught by: bicubic::shrinking_looks_at_more_pixels
// book: PaliGemma: what bicubic means
//
// Where the picture shrinks, you still mix four pixels. Most of the others are then never looked at, and thin
// lines break into dots. Stretch the curve by the number of old pixels that one new pixel covers.

let scale = old as f64 / new as f64;
let unit = 1.0;
let middle = (place as f64 + 0.5) * scale;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
let curve = (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit));
let weights: Vec<f64> = curve.collect();
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
