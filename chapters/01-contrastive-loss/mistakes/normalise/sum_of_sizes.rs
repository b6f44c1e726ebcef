// caught by: normalise::three_four_becomes_three_fifths_four_fifths
// book: Contrastive losses: only directions count
//
// You divide by the sum of absolute values (the L1 norm), which makes the *sum* one. The dot product of two
// vectors is their cosine only when the sum of *squares* is one.

let length = x.abs()?.sum_keepdim(D::Minus1)?; // [.., 1]
x.broadcast_div(&(length + EPSILON)?) // [.., d]
