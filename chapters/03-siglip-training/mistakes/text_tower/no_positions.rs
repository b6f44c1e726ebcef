// caught by: text_tower::the_order_of_words_matters
// book: Training SigLIP: the text tower
//
// You leave out the positions. Attention without a mask treats its tokens as a set, so "dog bites man" and "man
// bites dog" would be the same caption. Add the learned positions to the words.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = self.encoder.forward(&words, None)?; // [b, length, d]
let last = x.narrow(1, self.length - 1, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&last)?) // [b, projection_size]
