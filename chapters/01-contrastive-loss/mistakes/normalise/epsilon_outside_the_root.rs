// caught by: normalise::zeros_stay_zeros_and_have_a_finite_gradient
// book: Contrastive losses: only directions count
//
// Your values are right, but the gradient is not: the root has an infinite slope at 0, and ∞ · 0 is NaN. With
// the constant *inside* the root, its slope is finite everywhere.

let squared_length = x.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
x.broadcast_div(&(squared_length.sqrt()? + EPSILON)?) // [.., d]
