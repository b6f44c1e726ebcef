// caught by: sigmoid_loss::the_sum_over_all_pairs_is_divided_by_n
// book: Contrastive losses: scale and bias
//
// You weigh the n matching pairs as heavily as the n² − n others, to balance them. SigLIP does not: it is the
// bias that takes care of the imbalance, by starting at "no". With your weights the loss of a picture no longer
// grows with the number of texts it has to be told from.

let n = batch_size(logits)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
let belongs = labels.affine(0.5, 0.5)?; // [n, n] of 0 and 1
let surprise = softplus(&(labels * logits)?.neg()?)?; // [n, n]
let matching = ((&surprise * &belongs)?.sum_all()? / n as f64)?;
let others = ((surprise * belongs.affine(-1.0, 1.0)?)?.sum_all()? / (n * (n - 1)).max(1) as f64)?;
matching + others
