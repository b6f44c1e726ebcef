// caught by: text_tower::padding_is_a_word_like_any_other
// book: Training SigLIP: the text tower
//
// You hide the padding from all others, as an attention mask does in other libraries. SigLIP reads it like a word: the
// encoder gets no mask, and trained weights expect to hear the <pad>s. An empty caption, all padding, would have
// nothing left to look at.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let (b, length) = ids.dims2()?;
let allowed = ids.ne(0u32)?.unsqueeze(1)?.broadcast_as((b, length, length))?.contiguous()?; // [b, length, length]
let x = self.encoder.forward(&x, Some(&allowed))?; // [b, length, d]
let last = x.narrow(1, self.length - 1, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&last)?) // [b, projection_size]
