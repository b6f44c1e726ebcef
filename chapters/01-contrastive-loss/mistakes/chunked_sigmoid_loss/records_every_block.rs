// caught by: chunked_memory::memory_grows_with_n_times_chunk
// book: Contrastive losses: n² pairs in the memory of a few
//
// You cut the work into pieces, but automatic differentiation keeps every piece until the backward pass, so in
// the end n² numbers are alive all the same. The blocks compute their slopes by hand, on detached inputs, so
// that nothing has to be recorded.

let n = number_of_pairs(images, texts, chunk)?;
let mut total = Tensor::zeros((), images.dtype(), images.device())?;
for start in (0..n).step_by(chunk) {
    let columns = start..n.min(start + chunk);
    let block_texts = texts.narrow(0, start, columns.len())?; // [chunk, d]
    let logits = pair_logits(images, &block_texts, log_scale, Some(bias))?; // [n, chunk]
    let labels = pair_labels_for(n, columns, images.dtype(), images.device())?; // [n, chunk]
    total = (total + softplus(&(labels * logits)?.neg()?)?.sum_all()?)?;
}
total / n as f64
