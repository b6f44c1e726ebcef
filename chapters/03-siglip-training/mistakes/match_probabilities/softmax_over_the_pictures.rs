// caught by: dual_encoder::probabilities_need_not_sum_to_one
// book: Training SigLIP: zero-shot answers
//
// You take a softmax down the columns, over the pictures. That asks which of these pictures fits a caption best,
// and a picture that is asked about alone always gets 1. Every pair is a question of its own.

candle_nn::ops::softmax(&model.logits(pictures, captions)?, 0) // [n, m]
