// caught by: chunked::pieces_have_the_gradients_of_the_whole
// book: Contrastive losses: n² pairs in the memory of a few
//
// You did not detach the inputs. The blocks are then recorded, so that `backward` finds the gradient by itself, and
// `with_known_slopes` adds it once more: every gradient is twice what it should be, and nothing is saved. Detach
// first.

let n = number_of_pairs(images, texts, chunk)?;
let mut total = Block::nothing(images, log_scale, bias)?;
for start in (0..n).step_by(chunk) {
    let columns = start..n.min(start + chunk);
    let block_texts = texts.narrow(0, start, columns.len())?; // [chunk, d]
    total = total.plus(Block::new(images, &block_texts, log_scale, bias, columns)?)?;
}
let slopes = [total.images, Tensor::cat(&total.texts, 0)?, total.log_scale, total.bias];
with_known_slopes(&total.loss, [images, texts, log_scale, bias], slopes)
