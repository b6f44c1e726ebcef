// caught by: normalise::the_gradient_is_the_measured_slope
// book: Contrastive losses: only directions count
//
// You detach the length, as if it were a constant. But a longer vector has a larger length to be divided by: with the
// length held fixed, the gradient asks for longer vectors, which change nothing. It has to be at a right angle to the
// vector.

let squared_length = x.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
x.broadcast_div(&(squared_length + EPSILON)?.sqrt()?.detach()) // [.., d]
