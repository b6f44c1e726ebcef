// caught by: projector::a_patch_is_multiplied_and_shifted
// book: Between picture and words: one linear layer
//
// You bring every patch to length one, as contrastive training does with its vectors. Here they would be
// far too small beside what the decoder's layers add to them, and published weights expect them as they are.

let length = patches.sqr()?.sum_keepdim(candle_core::D::Minus1)?.sqrt()?; // [b, n, 1]
self.linear.forward(&patches.broadcast_div(&length)?) // [b, n, d_text]
