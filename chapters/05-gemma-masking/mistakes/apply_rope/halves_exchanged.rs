// caught by: rope::position_zero_changes_nothing
// book: Gemma: which features form a point
//
// You put the second half first when joining them. At position 0 nothing turns, so nothing may move either.

let half = x.dim(D::Minus1)? / 2;
let (across, up) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [.., t, 1, d/2]
let turned_across = (across.broadcast_mul(&cos)? - up.broadcast_mul(&sin)?)?;
let turned_up = (up.broadcast_mul(&cos)? + across.broadcast_mul(&sin)?)?;
Tensor::cat(&[turned_up, turned_across], D::Minus1)
