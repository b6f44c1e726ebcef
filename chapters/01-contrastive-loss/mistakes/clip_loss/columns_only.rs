// caught by: clip_loss::rows_and_columns_both_count
// book: Contrastive losses: CLIP's choice among n
//
// You ask only which picture belongs to a text, down the columns. CLIP also asks, along the rows, which text
// belongs to a picture, and takes the mean of both.

let n = batch_size(logits)?;
let diagonal = Tensor::arange(0u32, n as u32, logits.device())?; // [n]
ops::cross_entropy(&logits.t()?.contiguous()?, &diagonal)?.mean_all()
