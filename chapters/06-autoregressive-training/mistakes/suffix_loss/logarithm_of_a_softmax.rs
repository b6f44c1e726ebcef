// caught by: suffix_loss::certainty_stays_finite
// book: Learning to answer: the suffix loss
//
// You compute the probability first and its logarithm after it. A sure and wrong model gives its target the
// probability 0 in f32, and the logarithm of that is −∞. `ops::cross_entropy` does both at once.

let probabilities = ops::softmax(logits)?; // [m, vocabulary]
let chosen = probabilities.gather(&targets.unsqueeze(1)?, 1)?.squeeze(1)?; // [m]
(chosen.log()?.neg()? * weights.to_dtype(logits.dtype())?)?.sum_all()
