// caught by: ops_softmax::enormous_logits_stay_finite_in_the_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You compute the probabilities first and take the logarithm of one of them. The softmax itself is safe, but a
// probability below 1e-45 is zero in f32, and −ln 0 is infinite: a model that is sure and wrong has no loss any more.
// Written with logits, ln Σ exp(l) − l, the quotient is never needed.

let probabilities = softmax(logits)?; // [n, classes]
let of_target = probabilities.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
of_target.log()?.neg()?.squeeze(1) // [n]
