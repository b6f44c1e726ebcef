// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You add the exponentials up over dimension 0, the batch, so that the examples compete with one another. The choice
// is among the classes of one row: sum over the last dimension.

let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(0)?.log()?; // [1, classes]
let log_probabilities = shifted.broadcast_sub(&log_total)?; // [n, classes]
let of_target = log_probabilities.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
of_target.neg()?.squeeze(1) // [n]
