// caught by: feed_forward::the_gate_passes_gelu_of_itself
// book: Gemma: the gated feed-forward block
//
// Your gate bends with SiLU (x·σ(x)): that is SwiGLU, Llama's block. Gemma's gate bends with GELU.

gate.silu()? * up
