// caught by: layers::large_numbers_are_normalised_as_well_as_small_ones
// book: Foundations: layer normalisation
//
// You multiply by 1 + weight. Gemma's RMSNorm stores its stretch like that, with a weight that starts at zero; here
// the weight starts at one and is the stretch itself.

let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?; // [.., d]
let variance = centred.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(&(weight + 1.0)?)?.broadcast_add(bias)
