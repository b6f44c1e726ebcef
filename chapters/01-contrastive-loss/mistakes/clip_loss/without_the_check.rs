// caught by: clip_loss::a_matrix_that_is_not_square_is_refused
// book: Contrastive losses: CLIP's choice among n
//
// You count the rows and never ask whether there are as many columns. Where there are not, there is no diagonal, and
// the error comes from deep inside, in words that help nobody. `batch_size` counts the pairs and refuses the rest.

let n = logits.dim(0)?;
let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
let texts_of_images = ops::cross_entropy(logits, &diagonal)?; // [n]
let images_of_texts = ops::cross_entropy(&logits.t()?.contiguous()?, &diagonal)?; // [n]
(texts_of_images.mean_all()? + images_of_texts.mean_all()?)? * 0.5
