// caught by: projector::a_patch_is_multiplied_and_shifted
// book: Between picture and words: one linear layer
//
// You bring every patch to length one, as contrastive training does with its vectors. Here the size of a patch
// carries information, and published weights expect it.

let length = patches.sqr()?.sum_keepdim(candle_core::D::Minus1)?.sqrt()?; // [b, n, 1]
self.linear.forward(&patches.broadcast_div(&length)?) // [b, n, d_text]
