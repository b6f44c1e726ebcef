// caught by: chunked::pieces_add_up_to_the_whole
// book: Contrastive losses: n² pairs in the memory of a few
//
// Every block takes its texts for the first ones: text 0 of a chunk is not text 0 of the batch. A block has to
// know its *columns*, or it calls the wrong pairs matching.

let n = number_of_pairs(images, texts, chunk)?;
let tracked = [images, texts, log_scale, bias];
let [images, texts, log_scale, bias] = tracked.map(Tensor::detach);
let mut total = Block::nothing(&images, &log_scale, &bias)?;
for start in (0..n).step_by(chunk) {
    let size = chunk.min(n - start);
    let block_texts = texts.narrow(0, start, size)?; // [chunk, d]
    total = total.plus(Block::new(&images, &block_texts, &log_scale, &bias, 0..size)?)?;
}
let slopes = [total.images, Tensor::cat(&total.texts, 0)?, total.log_scale, total.bias];
with_known_slopes(&total.loss, tracked, slopes)
