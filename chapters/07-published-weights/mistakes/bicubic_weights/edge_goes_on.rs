// caught by: bicubic::beyond_the_edge_there_is_nothing
// book: PaliGemma: what bicubic means
//
// You let the last pixel go on beyond the edge, so that it gets the weights of those that do not exist. Others do
// it like that; here, pixels that do not exist have no say, and those that do share the whole weight.

let scale = old as f64 / new as f64;
let unit = scale.max(1.0);
let middle = (place as f64 + 0.5) * scale;
let (from, to) = ((middle - REACH * unit + 0.5).floor() as i64, (middle + REACH * unit + 0.5).floor() as i64);
let first = from.max(0) as usize;
let mut weights = vec![0.0; (to as usize).min(old) - first];
for x in from..to {
    let inside = (x.max(0) as usize).min(old - 1);
    weights[inside - first] += cubic((x as f64 + 0.5 - middle) / unit);
}
let sum: f64 = weights.iter().sum();
Window { first, weights: weights.into_iter().map(|weight| weight / sum).collect() }
