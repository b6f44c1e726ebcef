// caught by: sigmoid_loss::a_matrix_that_is_not_square_is_refused
// book: Contrastive losses: the sigmoid loss
//
// You count the rows and never ask whether there are as many columns. An empty batch then has the loss 0/0, and two
// pictures with three texts fail somewhere below, with words that help nobody. `batch_size` counts the pairs and
// refuses the rest.

let n = logits.dim(0)?;
let labels = pair_labels(n, logits.dtype(), logits.device())?; // [n, n]
let surprise = softplus(&(labels * logits)?.neg()?)?; // [n, n], −log σ(z·l)
surprise.sum_all()? / n as f64
