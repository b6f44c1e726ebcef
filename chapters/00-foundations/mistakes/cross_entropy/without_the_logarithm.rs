// caught by: ops_softmax::many_rows_equal_their_readable_twin
// book: Foundations: softmax and cross-entropy
//
// You return how much probability is missing, 1 − p. Cross-entropy is −ln p: a model that is certain and wrong must
// pay without limit, and its gradient must not die away.

let probabilities = softmax(logits)?; // [n, classes]
let of_target = probabilities.gather(&targets.to_dtype(DType::U32)?.unsqueeze(1)?, 1)?; // [n, 1]
of_target.affine(-1.0, 1.0)?.squeeze(1) // [n]
