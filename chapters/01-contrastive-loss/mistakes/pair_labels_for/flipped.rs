// caught by: sigmoid_loss::labels_are_plus_one_on_the_diagonal
// book: Contrastive losses: errata
//
// You have 1 − 2δ, as printed in some articles: −1 where picture and text belong together. Trained with it, a
// model pushes every picture away from its own text. It is 2δ − 1.

let image = Tensor::arange(0u32, n as u32, device)?.unsqueeze(1)?; // [n, 1]
let text = Tensor::arange(texts.start as u32, texts.end as u32, device)?.unsqueeze(0)?; // [1, chunk]
image.broadcast_eq(&text)?.to_dtype(dtype)?.affine(-2.0, 1.0)
