// caught by: normalise::zeros_stay_zeros_and_have_a_finite_gradient
// book: Contrastive losses: only directions count
//
// A row of zeros has length 0, and you divide 0 by 0. One such row makes the loss NaN, and with it all weights
// after the next step. Add the small constant below the root.

let squared_length = x.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
x.broadcast_div(&squared_length.sqrt()?) // [.., d]
