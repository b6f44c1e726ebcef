// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You return the mean over all rows, a single number. This function gives one loss per row, [n]: who calls it may
// have to leave rows out, or to weigh them, before taking a mean.

let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = shifted.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
(log_total - of_target)?.mean_all()
