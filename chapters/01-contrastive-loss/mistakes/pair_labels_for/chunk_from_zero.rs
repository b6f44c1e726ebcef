// caught by: sigmoid_loss::a_chunk_of_labels_is_cut_from_the_whole
// book: Contrastive losses: n² pairs in the memory of a few
//
// You number the texts of a chunk from 0. That is right for the first chunk only: text number 5 belongs to
// picture 5, also when it is the first of its chunk.

let image = Tensor::arange(0u32, n as u32, device)?.unsqueeze(1)?; // [n, 1]
let text = Tensor::arange(0u32, texts.len() as u32, device)?.unsqueeze(0)?; // [1, chunk]
image.broadcast_eq(&text)?.to_dtype(dtype)?.affine(2.0, -1.0)
