// caught by: sigmoid_loss::the_slope_of_softplus_is_the_sigmoid
// book: Contrastive losses: a logarithm that never overflows
//
// The values are right: large ones are passed through, the others take the formula. But both branches are
// *computed*, and in the backward pass the infinity of the one that was not chosen meets a slope of 0: ∞ · 0 is
// NaN.

let formula = (v.exp()? + 1.0)?.log()?;
v.gt(20.0)?.where_cond(v, &formula)
