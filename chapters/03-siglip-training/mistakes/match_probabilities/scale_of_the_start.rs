// caught by: dual_encoder::probabilities_need_not_sum_to_one
// book: Training SigLIP: zero-shot answers
//
// You multiply by 10, the scale that training starts with. It is learnt: a trained model has another one, and with
// yours its probabilities are all too timid. `model.logits` has the learnt scale and the bias in it.

let cosines = pictures.matmul(&captions.t()?)?; // [n, m]
sigmoid(&(cosines * 10.0)?.broadcast_add(model.bias())?) // [n, m]
