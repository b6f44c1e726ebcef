// caught by: projector::a_patch_is_multiplied_and_shifted
// book: Between picture and words: one linear layer
//
// You divide by √d_text, so that a decoder that multiplies its whole input by √d gives back what you had. Here
// only the words are multiplied, before they meet the image tokens: there is nothing to undo.

let features = self.linear.forward(patches)?; // [b, n, d_text]
let d_text = features.dim(candle_core::D::Minus1)?;
features / (d_text as f64).sqrt()
