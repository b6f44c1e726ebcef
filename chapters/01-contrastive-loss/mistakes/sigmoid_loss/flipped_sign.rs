// caught by: sigmoid_loss::matched_pairs_pull_together
// book: Contrastive losses: the sigmoid loss
//
// The sign is the wrong way round: softplus(z·l) is −log σ(−z·l), the surprise when the *opposite* is true.
// Matching pairs are pushed apart. It is softplus(−z·l).

let n = batch_size(logits)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
softplus(&(labels * logits)?)?.sum_all()? / n as f64
