// caught by: groups::muon_is_for_the_matrices_of_blocks
// book: Foundations: parameter groups
//
// You give Muon the 0.9 that AdamW has for its first average. Muon's momentum is 0.95: it averages over twice as many
// steps.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.9 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    adamw_only(name, shape)
}
