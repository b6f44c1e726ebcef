// caught by: rope::a_feature_is_paired_with_the_one_half_a_head_away
// book: Gemma: which features form a point
//
// You turn the other way round: the minus stands in the wrong line. Distances are still seen, but as −p, and
// weights that were trained the right way do not fit.

let half = x.dim(D::Minus1)? / 2;
let (across, up) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [.., t, 1, d/2]
let turned_across = (across.broadcast_mul(&cos)? + up.broadcast_mul(&sin)?)?;
let turned_up = (up.broadcast_mul(&cos)? - across.broadcast_mul(&sin)?)?;
Tensor::cat(&[turned_across, turned_up], D::Minus1)
