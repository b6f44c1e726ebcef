// caught by: feed_forward::shapes_that_differ_are_refused
// book: Gemma: the gated feed-forward block
//
// You multiply with broadcasting, so a gate of another shape is stretched until it fits. Gate and what it gates
// come from the same tokens: where their shapes differ something is wrong, and it should be said.

ops::gelu(gate)?.broadcast_mul(up)
