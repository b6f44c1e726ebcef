// caught by: groups::muon_is_for_the_matrices_of_blocks
// book: Foundations: parameter groups
//
// You train every matrix with Muon, also embeddings and heads. But an embedding table mixes nothing, a word selects one
// row: Muon would let the other words of the batch decide how far that row moves.

if is_matrix(shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    adamw_only(name, shape)
}
