// caught by: rope::rows_may_have_positions_of_their_own
// book: Gemma: which features form a point
//
// You put the heads' dimension of the tables at place 1. That is right for tables `[t, d/2]`; where every row of
// the batch has positions of its own they are `[b, t, d/2]`, and place 1 is time. Counted from the back it is the
// same for both: before the last.

let half = x.dim(D::Minus1)? / 2;
let (across, up) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
let (cos, sin) = (cos.unsqueeze(1)?, sin.unsqueeze(1)?); // [t, 1, d/2]
let turned_across = (across.broadcast_mul(&cos)? - up.broadcast_mul(&sin)?)?; // [b, t, heads, d/2]
let turned_up = (up.broadcast_mul(&cos)? + across.broadcast_mul(&sin)?)?; // [b, t, heads, d/2]
Tensor::cat(&[turned_across, turned_up], D::Minus1) // [b, t, heads, d]
