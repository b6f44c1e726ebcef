// caught by: feed_forward::the_gate_passes_gelu_of_itself
// book: Gemma: the gated feed-forward block
//
// You use the exact GELU, with the error function. Gemma was trained with the approximation by a hyperbolic
// tangent; the two differ in the fourth digit, and over eighteen layers that is no longer nothing.

gate.gelu_erf()? * up
