// caught by: groups::only_matrices_are_decayed
// book: Foundations: parameter groups
//
// You let Muon's matrices decay by 0.1, as large language models do. Here it is 0.01; at ten times the rate of AdamW
// that pulls ten times as hard already.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.1 }
} else {
    adamw_only(name, shape)
}
