// caught by: groups::only_matrices_are_decayed
// book: Foundations: parameter groups
//
// Your matrices under Muon do not decay. Every step of Muon has full length, so that without decay the weights of the
// blocks grow for as long as training lasts.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.0 }
} else {
    adamw_only(name, shape)
}
