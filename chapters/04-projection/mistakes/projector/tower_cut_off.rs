// caught by: projector::gradients_match_finite_differences
// book: Between picture and words: one linear layer
//
// You detach the patches: no gradient reaches the vision tower, and it can never learn from what the decoder says.
// Whether a part learns is decided where its parameters are made, not on the way through.

self.linear.forward(&patches.detach()) // [b, n, d_text]
