// caught by: suffix_loss::each_token_counts_by_its_weight
// book: Learning to answer: the suffix loss
//
// You take the mean of what is already weighted. The weights sum to one, so the *sum* is the average; your loss
// shrinks with the number of tokens.

let surprise = ops::cross_entropy(logits, targets)?; // [m]
(surprise * weights.to_dtype(logits.dtype())?)?.mean_all()
