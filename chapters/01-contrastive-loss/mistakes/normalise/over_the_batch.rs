// caught by: normalise::every_row_has_length_one
// book: Contrastive losses: only directions count
//
// You sum over dimension 0, the batch, so that every *feature* gets length one and pictures change one another.
// An embedding is a row: sum over the last dimension.

let squared_length = x.sqr()?.sum_keepdim(0)?; // [1, d]
x.broadcast_div(&(squared_length + EPSILON)?.sqrt()?)
