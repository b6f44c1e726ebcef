// caught by: normalise::only_the_last_dimension_is_summed
// book: Contrastive losses: only directions count
//
// You sum over dimension 1. In a matrix that is the last one; in [b, t, d] it is not, and for a single vector
// there is none. `D::Minus1` is the last, whatever comes before.

let squared_length = x.sqr()?.sum_keepdim(1)?; // [.., 1]
x.broadcast_div(&(squared_length + EPSILON)?.sqrt()?)
