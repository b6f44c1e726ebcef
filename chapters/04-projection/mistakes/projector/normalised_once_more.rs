// caught by: projector::a_patch_is_multiplied_and_shifted
// book: Between picture and words: one linear layer
//
// You normalise the patches once more before they are projected. They come from the tower's final layer norm, whose
// learned scale and shift say something: a second norm takes that away again. One matrix and one bias, nothing
// before them.

let centred = patches.broadcast_sub(&patches.mean_keepdim(candle_core::D::Minus1)?)?; // [b, n, d_vision]
let variance = centred.sqr()?.mean_keepdim(candle_core::D::Minus1)?; // [b, n, 1]
let normal = centred.broadcast_div(&(variance + 1e-6)?.sqrt()?)?; // [b, n, d_vision]
self.linear.forward(&normal) // [b, n, d_text]
