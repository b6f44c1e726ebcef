// caught by: chunked::every_parameter_learns
// book: Contrastive losses: n² pairs in the memory of a few
//
// You return the sum of detached blocks: the right number, from which no gradient leads anywhere.
// `with_known_slopes` joins the loss to the tracked inputs.

let n = number_of_pairs(images, texts, chunk)?;
let [images, texts, log_scale, bias] = [images, texts, log_scale, bias].map(Tensor::detach);
let mut total = Block::nothing(&images, &log_scale, &bias)?;
for start in (0..n).step_by(chunk) {
    let columns = start..n.min(start + chunk);
    let block_texts = texts.narrow(0, start, columns.len())?; // [chunk, d]
    total = total.plus(Block::new(&images, &block_texts, &log_scale, &bias, columns)?)?;
}
Ok(total.loss)
