// caught by: sigmoid_loss::labels_are_plus_one_on_the_diagonal
// book: Contrastive losses: n questions answered yes, n² − n answered no
//
// Your labels are 0 and 1, as for a binary cross-entropy. Here they are signs that turn the logit round: with 0
// in place of −1 a pair that does not match costs ln 2, whatever the model says, and teaches nothing.

let image = Tensor::arange(0u32, n as u32, device)?.unsqueeze(1)?; // [n, 1]
let text = Tensor::arange(texts.start as u32, texts.end as u32, device)?.unsqueeze(0)?; // [1, chunk]
image.broadcast_eq(&text)?.to_dtype(dtype)
