// caught by: groups::single_numbers_run_ten_times_as_fast
// book: Foundations: parameter groups
//
// You give all parameters of AdamW the same learning rate. Temperature and bias of the contrastive loss are single
// numbers that have far to go, in steps of one learning rate each: they run ten times as fast.

if is_block_matrix(name, shape) {
    Recipe { method: Method::Muon { momentum: 0.95 }, learning_rate: 0.01, weight_decay: 0.01 }
} else {
    Recipe { learning_rate: 1e-3, ..adamw_only(name, shape) }
}
