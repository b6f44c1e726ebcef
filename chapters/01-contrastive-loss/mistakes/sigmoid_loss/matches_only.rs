// caught by: wrong_formulae::saying_yes_to_everything_is_not_rewarded
// book: Contrastive losses: n questions answered yes, n² − n answered no
//
// You count only the pairs that match. Then the best answer is "yes" to everything: all embeddings move to one
// point. The pairs that do not match are what keeps them apart.

let n = batch_size(logits)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
let belongs = labels.affine(0.5, 0.5)?; // [n, n] of 0 and 1
(softplus(&logits.neg()?)? * belongs)?.sum_all()? / n as f64
