// caught by: clip_loss::the_gradient_is_the_measured_slope
// book: Contrastive losses: CLIP's choice among n
//
// You detach the logits for the second direction. The number is right, but only the rows pull: what the columns have
// to say about a picture is counted in the loss and never learnt from.

let n = batch_size(logits)?;
let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
let texts_of_images = ops::cross_entropy(logits, &diagonal)?; // [n]
let images_of_texts = ops::cross_entropy(&logits.detach().t()?.contiguous()?, &diagonal)?; // [n]
(texts_of_images.mean_all()? + images_of_texts.mean_all()?)? * 0.5
