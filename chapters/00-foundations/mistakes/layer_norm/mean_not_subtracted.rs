// caught by: layers::large_numbers_are_normalised_as_well_as_small_ones
// book: Foundations: layer normalisation
//
// You divide by the root of the mean square and subtract nothing. That is RMSNorm, which a later chapter needs;
// layer norm takes the mean away first, so that shifting a row changes nothing.

let mean_square = x.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let normal = x.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
