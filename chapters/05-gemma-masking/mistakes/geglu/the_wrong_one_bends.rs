// caught by: feed_forward::the_gate_passes_gelu_of_itself
// book: Gemma: the gated feed-forward block
//
// You bend what is gated instead of the gate. Both orders look alike in training from nothing; a published
// checkpoint tells them apart at once.

ops::gelu(up)? * gate
