// caught by: sigmoid_loss::the_slope_of_softplus_is_the_sigmoid
// book: Contrastive losses: a logarithm that never overflows
//
// The values are right, and so are all slopes but one: at exactly 0 candle gives `maximum` the slope ½ and `abs`
// the slope 1, and together they make 0 where ½ is right. `relu` has slope 1 there, which fits.

let correction = (v.abs()?.neg()?.exp()? + 1.0)?.log()?; // between 0 and ln 2
v.maximum(&v.zeros_like()?)? + correction
