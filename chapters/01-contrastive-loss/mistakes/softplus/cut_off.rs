// caught by: sigmoid_loss::softplus_bends_at_zero
// book: Contrastive losses: a logarithm that never overflows
//
// You keep v within bounds before the exponential. No overflow, but beyond the bound the value stands still and
// the slope is 0: exactly where the model is most wrong, it learns nothing.

(v.clamp(-50.0, 50.0)?.exp()? + 1.0)?.log()
