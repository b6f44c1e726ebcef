// caught by: chunked::pieces_add_up_to_the_whole
// book: Contrastive losses: n² pairs in the memory of a few
//
// You take only full chunks. Where `chunk` does not divide n, the last texts are never looked at. The last chunk
// may be smaller than the others.

let n = number_of_pairs(images, texts, chunk)?;
let tracked = [images, texts, log_scale, bias];
let [images, texts, log_scale, bias] = tracked.map(Tensor::detach);
let mut total = Block::nothing(&images, &log_scale, &bias)?;
for start in (0..n / chunk).map(|number| number * chunk) {
    let block_texts = texts.narrow(0, start, chunk)?; // [chunk, d]
    total = total.plus(Block::new(&images, &block_texts, &log_scale, &bias, start..start + chunk)?)?;
}
total.texts.push(texts.narrow(0, n - n % chunk, n % chunk)?.zeros_like()?);
let slopes = [total.images, Tensor::cat(&total.texts, 0)?, total.log_scale, total.bias];
with_known_slopes(&total.loss, tracked, slopes)
