// caught by: text_tower::the_last_position_is_pooled
// book: Training SigLIP: the text tower
//
// You take the vector of the first position, where BERT and many vision transformers keep a class token. There is
// none here: SigLIP has learned to gather the caption at the last position.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let x = self.encoder.forward(&x, None)?; // [b, length, d]
let first = x.narrow(1, 0, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&first)?) // [b, projection_size]
