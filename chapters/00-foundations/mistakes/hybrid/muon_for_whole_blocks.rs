// caught by: groups::muon_is_for_the_matrices_of_blocks
// book: Foundations: parameter groups
//
// You train everything inside a block with Muon, its norms and biases, too. These are no matrices, and a vector has no
// singular values to make equal.

if name.split('.').any(|part| part == "layers") {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    adamw_only(name, shape)
}
