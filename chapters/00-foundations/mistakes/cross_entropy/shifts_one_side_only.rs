// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You compute the total from the shifted logits and take the target's from the unshifted ones. The row's maximum
// cancels only if it was subtracted from both; otherwise it remains in the loss.

let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = logits.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
(log_total - of_target)?.squeeze(1) // [n]
