// caught by: dual_encoder::probabilities_need_not_sum_to_one
// book: Training SigLIP: zero-shot answers
//
// You move the cosine from −1…1 to 0…1. A number in that range is not yet a probability: vectors that have nothing
// in common would be a match with one half. The logit is what was trained to be the log-odds.

pictures.matmul(&captions.t()?)?.affine(0.5, 0.5) // [n, m]
