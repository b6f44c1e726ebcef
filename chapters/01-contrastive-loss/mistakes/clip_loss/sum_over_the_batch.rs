// caught by: clip_loss::knowing_nothing_costs_ln_n
// book: Contrastive losses: CLIP's choice among n
//
// You sum over the batch. Then the loss, and every step of the optimiser, grows with the batch size; CLIP takes
// the mean over the n questions.

let n = batch_size(logits)?;
let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
let texts_of_images = ops::cross_entropy(logits, &diagonal)?; // [n]
let images_of_texts = ops::cross_entropy(&logits.t()?.contiguous()?, &diagonal)?; // [n]
(texts_of_images.sum_all()? + images_of_texts.sum_all()?)? * 0.5
