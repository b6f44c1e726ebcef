// caught by: groups::muon_is_for_the_matrices_of_blocks
// book: Foundations: parameter groups
//
// You change the method and keep AdamW's learning rate of 0.001. A step of Muon makes all singular values about one,
// which is another kind of length: its peak rate is 0.01, and at a tenth of that the blocks hardly move.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, ..adamw_only(name, shape) }
} else {
    adamw_only(name, shape)
}
