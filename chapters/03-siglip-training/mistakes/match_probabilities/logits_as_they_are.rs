// caught by: dual_encoder::probabilities_need_not_sum_to_one
// book: Training SigLIP: zero-shot answers
//
// You return the logits. They are log-odds, any number from −∞ to ∞; the sigmoid makes probabilities of them.

model.logits(pictures, captions) // [n, m]
