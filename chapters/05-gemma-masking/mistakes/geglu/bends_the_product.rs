// caught by: feed_forward::it_is_linear_in_what_it_gates
// book: Gemma: the gated feed-forward block
//
// You multiply first and bend the product. A gate decides how much passes; what passes is not bent.

ops::gelu(&(gate * up)?)
