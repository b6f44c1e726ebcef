// caught by: layers::large_numbers_are_normalised_as_well_as_small_ones
// book: Foundations: layer normalisation
//
// You divide the sum of squares by d − 1, as one estimates a variance from a sample. Layer norm divides by d: the
// row is all there is. Published weights are used to that.

let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?; // [.., d]
let width = x.dim(D::Minus1)?;
let variance = (centred.sqr()?.sum_keepdim(D::Minus1)? / (width - 1) as f64)?; // [.., 1]
let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
