// caught by: labels_memory::a_chunk_of_labels_never_holds_the_whole
// book: Contrastive losses: n questions answered yes, n² − n answered no
//
// You make all n² labels and cut the columns out of them. The numbers are right, but the whole matrix is what must
// never be in memory: with 32,768 pairs it is 4 GiB, for every chunk anew. Compare the pictures' numbers with those of
// these texts only.

let whole = Tensor::eye(n, dtype, device)?.affine(2.0, -1.0)?; // [n, n] of −1 and +1
whole.narrow(1, texts.start, texts.len())?.contiguous() // [n, chunk]
