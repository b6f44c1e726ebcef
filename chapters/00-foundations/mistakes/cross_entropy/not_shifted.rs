// caught by: ops_softmax::enormous_logits_stay_finite_in_the_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You take the exponentials of the logits as they are. exp(89) is already infinite in f32, and so is the loss. Subtract
// each row's largest logit first: it cancels in the difference, and no exponent is above zero any more.

let log_total = logits.exp()?.sum_keepdim(D::Minus1)?.log()?; // [n, 1]
let of_target = logits.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
(log_total - of_target)?.squeeze(1) // [n]
