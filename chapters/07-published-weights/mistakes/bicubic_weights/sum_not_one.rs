// caught by: bicubic::a_plain_line_stays_plain
// book: PaliGemma: what bicubic means
//
// You do not divide by the sum of the weights. At the edges some are missing, and a stretched curve has more of
// them: the picture becomes darker or brighter.

let scale = old as f64 / new as f64;
let unit = scale.max(1.0);
let middle = (place as f64 + 0.5) * scale;
let first = (middle - REACH * unit + 0.5).max(0.0) as usize;
let end = ((middle + REACH * unit + 0.5) as usize).min(old);
Window { first, weights: (first..end).map(|x| cubic((x as f64 + 0.5 - middle) / unit)).collect() }
