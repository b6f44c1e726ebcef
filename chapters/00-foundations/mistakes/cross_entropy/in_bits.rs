// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You divide by ln 2, which gives bits. Everything else in the course counts in natural logarithms: knowing nothing
// about n classes costs ln n.

let shifted = logits.broadcast_sub(&logits.max_keepdim(D::Minus1)?.detach())?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = shifted.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
((log_total - of_target)? / std::f64::consts::LN_2)?.squeeze(1) // [n]
