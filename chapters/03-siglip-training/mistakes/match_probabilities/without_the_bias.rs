// caught by: dual_encoder::probabilities_need_not_sum_to_one
// book: Training SigLIP: zero-shot answers
//
// You leave out the bias. It says how rare a match is before one looks, and without it a caption that has nothing
// to do with the picture gets one half. For a ranking that would not matter, for a probability it does.

let cosines = pictures.matmul(&captions.t()?)?; // [n, m]
sigmoid(&cosines.broadcast_mul(&model.log_scale().exp()?)?) // [n, m]
