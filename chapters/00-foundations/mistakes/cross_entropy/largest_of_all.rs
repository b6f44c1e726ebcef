// caught by: ops_softmax::enormous_logits_stay_finite_in_the_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You subtract the largest logit of the whole batch from every row. In a row that lies a hundred below it all
// exponentials are rounded to zero, and the logarithm of their sum is −∞. Each row has a largest logit of its own.

let shifted = logits.broadcast_sub(&logits.max_all()?.detach())?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = shifted.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
(log_total - of_target)?.squeeze(1) // [n]
