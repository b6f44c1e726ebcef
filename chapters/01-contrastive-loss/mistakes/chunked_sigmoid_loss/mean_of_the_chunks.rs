// caught by: chunked::pieces_add_up_to_the_whole
// book: Contrastive losses: divided by n
//
// You average over the chunks. Each block's part is already divided by n, the number of pictures; the parts are
// *added*, and their number must not matter.

let n = number_of_pairs(images, texts, chunk)?;
let tracked = [images, texts, log_scale, bias];
let [images, texts, log_scale, bias] = tracked.map(Tensor::detach);
let mut total = Block::nothing(&images, &log_scale, &bias)?;
for start in (0..n).step_by(chunk) {
    let columns = start..n.min(start + chunk);
    let block_texts = texts.narrow(0, start, columns.len())?; // [chunk, d]
    total = total.plus(Block::new(&images, &block_texts, &log_scale, &bias, columns)?)?;
}
let slopes = [total.images, Tensor::cat(&total.texts, 0)?, total.log_scale, total.bias];
with_known_slopes(&total.loss, tracked, slopes)? / n.div_ceil(chunk) as f64
