// caught by: suffix_loss::the_loss_is_a_sum_over_tokens
// book: Learning to answer: the suffix loss
//
// You divide by the sum of the weights. For a whole batch that sum is one and nothing happens; for a part of it, on
// one of several cores, the parts no longer add up. The weights hold the division already.

let surprise = ops::cross_entropy(logits, targets)?; // [m]
let weights = weights.to_dtype(logits.dtype())?; // [m]
(surprise * &weights)?.sum_all()? / weights.sum_all()?
