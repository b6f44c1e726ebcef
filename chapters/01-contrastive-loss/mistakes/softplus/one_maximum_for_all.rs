// caught by: sigmoid_loss::softplus_bends_at_zero
// book: Contrastive losses: a logarithm that never overflows
//
// You subtract the largest number of the whole tensor before the exponential, as a softmax does within a row. But here
// every number is a sum of its own, e⁰ + eᵛ, and has a largest part of its own: beside a v of 10,000 both exponentials
// of a small v are rounded to zero, and the logarithm is −∞.

let largest = v.max_all()?.maximum(0f64)?.detach(); // []
let total = v.broadcast_sub(&largest)?.exp()?.broadcast_add(&largest.neg()?.exp()?)?;
total.log()?.broadcast_add(&largest)
