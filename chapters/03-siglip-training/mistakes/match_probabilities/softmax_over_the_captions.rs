// caught by: dual_encoder::a_probability_does_not_depend_on_the_other_classes
// book: Training SigLIP: zero-shot answers
//
// You take a softmax over the captions, as for CLIP, and as published examples do. It forces the answers to sum to
// one, so the best of four bad guesses looks certain, and asking about one more class changes all the others.

candle_nn::ops::softmax(&model.logits(pictures, captions)?, 1) // [n, m]
