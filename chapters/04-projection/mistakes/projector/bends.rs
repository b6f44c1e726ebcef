// caught by: projector::projecting_a_sum_is_summing_projections
// book: Between picture and words: one linear layer
//
// You put a GELU behind the layer. Other models have an MLP in this place; PaliGemma's projector is one linear
// layer and nothing else, and its authors found an MLP no better.

foundations::ops::gelu(&self.linear.forward(patches)?) // [b, n, d_text]
