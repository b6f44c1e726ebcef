// caught by: feed_forward::the_gate_passes_gelu_of_itself
// book: Gemma: the gated feed-forward block
//
// Your gate goes through a sigmoid: that is the first gated unit, GLU, where a gate of 0 lets half of everything
// pass. In GeGLU it goes through GELU, and a gate of 0 is shut.

let open = (gate.neg()?.exp()? + 1.0)?.recip()?;
open * up
