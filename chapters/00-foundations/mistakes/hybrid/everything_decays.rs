// caught by: groups::only_matrices_are_decayed
// book: Foundations: parameter groups
//
// You let every parameter decay. Pulling a bias or a norm's scale towards zero does harm only; decay is for matrices,
// and `adamw_only` knows that.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    Recipe { weight_decay: 0.01, ..adamw_only(name, shape) }
}
