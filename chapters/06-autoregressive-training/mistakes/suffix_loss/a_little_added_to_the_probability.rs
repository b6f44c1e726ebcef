// caught by: suffix_loss::certainty_stays_finite
// book: Learning to answer: the suffix loss
//
// You add a little to the probability so that its logarithm stays finite. It does, but being sure and wrong never
// costs more than the logarithm of that little, and where it costs most there is no slope to learn from.
// `ops::cross_entropy` needs no such help.

let probabilities = ops::softmax(logits)?; // [m, vocabulary]
let chosen = probabilities.gather(&targets.unsqueeze(1)?, 1)?.squeeze(1)?; // [m]
((chosen + 1e-9)?.log()?.neg()? * weights.to_dtype(logits.dtype())?)?.sum_all()
