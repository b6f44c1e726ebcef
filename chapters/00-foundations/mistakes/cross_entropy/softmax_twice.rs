// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You apply softmax to the logits first, and cross-entropy contains one already. Of probabilities the largest is 1
// and the smallest 0, so the second softmax can never become certain, and training stalls.

let shifted = softmax(logits)?; // [n, classes]
let log_total = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = shifted.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
(log_total - of_target)?.squeeze(1) // [n]
