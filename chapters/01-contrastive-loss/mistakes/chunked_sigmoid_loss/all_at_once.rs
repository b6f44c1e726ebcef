// caught by: chunked_memory::memory_grows_with_n_times_chunk
// book: Contrastive losses: n² pairs in the memory of a few
//
// The number and the gradients are right, and the point is missed: all n² pairs are in memory at once. Take
// `chunk` texts, add their part, and forget them before the next.

number_of_pairs(images, texts, chunk)?;
crate::sigmoid_loss::sigmoid_loss(&pair_logits(images, texts, log_scale, Some(bias))?)
