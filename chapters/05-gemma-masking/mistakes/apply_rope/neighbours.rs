// caught by: rope::a_feature_is_paired_with_the_one_half_a_head_away
// book: Gemma: which features form a point
//
// You pair neighbours, features 2i and 2i + 1, as the paper does. Gemma's weights were trained with halves:
// feature i and feature i + d/2. Each is right with its own weights, and nonsense with the other's.

let (b, t, heads, d) = x.dims4()?;
let pairs = x.reshape((b, t, heads, d / 2, 2))?;
let (across, up) = (pairs.narrow(4, 0, 1)?.squeeze(4)?, pairs.narrow(4, 1, 1)?.squeeze(4)?); // [b, t, heads, d/2]
let (cos, sin) = (cos.unsqueeze(D::Minus2)?, sin.unsqueeze(D::Minus2)?); // [.., t, 1, d/2]
let turned_across = (across.broadcast_mul(&cos)? - up.broadcast_mul(&sin)?)?;
let turned_up = (up.broadcast_mul(&cos)? + across.broadcast_mul(&sin)?)?;
Tensor::stack(&[turned_across, turned_up], 4)?.reshape((b, t, heads, d))
