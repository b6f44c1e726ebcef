// caught by: sigmoid_loss::the_sum_over_all_pairs_is_divided_by_n
// book: Contrastive losses: divided by n
//
// You divide by n², the number of pairs. Only n of them match, so their pull would shrink as the batch grows.
// SigLIP divides by n: the loss is per picture.

let n = batch_size(logits)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
softplus(&(labels * logits)?.neg()?)?.mean_all()
