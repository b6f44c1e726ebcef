// caught by: rope::lengths_are_kept
// book: Gemma: which features form a point
//
// Both lines have a plus. That is no rotation: lengths change from position to position, and scores no longer
// depend on the distance alone. One of the two signs is a minus.

let half = x.dim(D::Minus1)? / 2;
let (across, up) = (x.narrow(D::Minus1, 0, half)?, x.narrow(D::Minus1, half, half)?); // [b, t, heads, d/2]
let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [.., t, 1, d/2]
let turned_across = (across.broadcast_mul(&cos)? + up.broadcast_mul(&sin)?)?;
let turned_up = (up.broadcast_mul(&cos)? + across.broadcast_mul(&sin)?)?;
Tensor::cat(&[turned_across, turned_up], D::Minus1)
