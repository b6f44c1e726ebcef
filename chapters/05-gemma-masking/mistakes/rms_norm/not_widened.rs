// caught by: rms_norm::half_precision_is_widened_before_squaring
// book: Gemma: RMSNorm
//
// You square in the type that comes in. In f16 the square of 300 is infinite, and 300/∞ is 0: the token
// vanishes. Widen to f32 first, and go back at the end.

let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = x.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)
