// caught by: groups::muon_is_for_the_matrices_of_blocks
// book: Foundations: parameter groups
//
// You train every matrix with Muon, also embeddings and heads. A row of an embedding table is a word, and most words
// do not occur in a batch: a step of the same length in all directions would move them all the same.

if is_matrix(shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    adamw_only(name, shape)
}
