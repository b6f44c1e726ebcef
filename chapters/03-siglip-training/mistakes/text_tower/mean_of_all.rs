// caught by: text_tower::the_last_position_is_pooled
// book: Training SigLIP: the text tower
//
// You average over all positions. In a short caption most of them are padding, so every caption would look much
// alike. The last position has learned to gather the sentence: take its vector alone.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let x = self.encoder.forward(&x, None)?; // [b, length, d]
let mean = x.mean(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&mean)?) // [b, projection_size]
