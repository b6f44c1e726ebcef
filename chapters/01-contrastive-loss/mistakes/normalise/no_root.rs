// caught by: normalise::three_four_becomes_three_fifths_four_fifths
// book: Contrastive losses: only directions count
//
// You divide by the sum of squares, which is the length squared: (3, 4) becomes (3/25, 4/25). The length is the
// root of that sum.

let squared_length = x.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
x.broadcast_div(&(squared_length + EPSILON)?) // [.., d]
