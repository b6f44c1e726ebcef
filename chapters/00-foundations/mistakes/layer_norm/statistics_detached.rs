// caught by: layers::gradients_agree_with_finite_differences
// book: Foundations: layer normalisation
//
// You detach mean and variance, as if they were constants. But they are made of the row, and move with each of its
// numbers: without their share of the gradient, backward says that making a row longer changes something, which the
// norm has just made impossible.

let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?.detach())?; // [.., d]
let variance = centred.sqr()?.mean_keepdim(D::Minus1)?.detach(); // [.., 1]
let normal = centred.broadcast_div(&(variance + eps)?.sqrt()?)?; // [.., d]
normal.broadcast_mul(weight)?.broadcast_add(bias)
