// caught by: layers::large_numbers_are_normalised_as_well_as_small_ones
// book: Foundations: layer normalisation
//
// The mean of the squares minus the square of the mean is the variance on paper. In f32 two numbers of 10¹² are
// subtracted, of which only seven digits were kept, and nothing of the difference survives. Subtract the mean first.

let mean = x.mean_keepdim(D::Minus1)?; // [.., 1]
let variance = (x.sqr()?.mean_keepdim(D::Minus1)? - mean.sqr()?)?; // [.., 1]
let normal = x.broadcast_sub(&mean)?.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
