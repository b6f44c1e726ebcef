// caught by: clip_loss::knowing_nothing_costs_ln_n
// book: Contrastive losses: CLIP's choice among n
//
// You add both directions and do not halve. A model that knows nothing should cost ln n, the price of one choice
// among n; here it costs twice that.

let n = batch_size(logits)?;
let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
let texts_of_images = ops::cross_entropy(logits, &diagonal)?; // [n]
let images_of_texts = ops::cross_entropy(&logits.t()?.contiguous()?, &diagonal)?; // [n]
texts_of_images.mean_all()? + images_of_texts.mean_all()?
