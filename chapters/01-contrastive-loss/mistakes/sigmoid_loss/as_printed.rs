// caught by: wrong_formulae::perfect_answers_cost_nothing
// book: Contrastive losses: errata
//
// This is the formula of an article that many have copied: the label stands before the logarithm as well as
// inside, and with the wrong sign. It charges 40 for perfect answers, and saying "yes" to everything, ever
// louder, lowers it without limit.

let n = batch_size(logits)?;
let flipped = pair_labels(n, logits.dtype(), logits.device())?.neg()?; // 1 − 2δ
let log_sigma = softplus(&(&flipped * logits)?.neg()?)?.neg()?;
(flipped * log_sigma)?.sum_all()? / -(n as f64)
