// caught by: projector::a_patch_is_multiplied_and_shifted
// book: Between picture and words: one linear layer
//
// You multiply image tokens by √d_text, as the decoder does with its words. Words need it because the rows of
// their table are small; image tokens come out of the projector in the size that they should have.

let features = self.linear.forward(patches)?; // [b, n, d_text]
let d_text = features.dim(candle_core::D::Minus1)?;
features * (d_text as f64).sqrt()
