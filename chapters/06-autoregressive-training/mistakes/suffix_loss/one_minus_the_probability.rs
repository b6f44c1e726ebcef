// caught by: suffix_loss::knowing_nothing_costs_the_logarithm_of_the_vocabulary
// book: Learning to answer: the suffix loss
//
// You take 1 − p for the surprise. It is never more than one: a model that is sure and wrong pays hardly more than
// one that does not know, and learns next to nothing from it. Surprise is −log p.

let probabilities = ops::softmax(logits)?; // [m, vocabulary]
let chosen = probabilities.gather(&targets.unsqueeze(1)?, 1)?.squeeze(1)?; // [m]
(chosen.affine(-1.0, 1.0)? * weights.to_dtype(logits.dtype())?)?.sum_all()
