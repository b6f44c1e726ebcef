// caught by: ops_norms::many_rows_equal_their_readable_twin
// book: Foundations: layer normalisation
//
// You add eps to the standard deviation; it belongs to the variance, inside the root. The values hardly differ, but
// a root has an infinite slope at 0, and a constant row would get a gradient that is not a number.

let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?; // [.., d]
let variance = centred.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let normal = centred.broadcast_div(&(variance.sqrt()? + eps)?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
