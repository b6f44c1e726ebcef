// caught by: text_tower::the_last_position_is_pooled
// book: Training SigLIP: the text tower
//
// You go from the encoder to the head without the final norm. In a pre-norm transformer every block adds to what
// is there and nothing ever normalises the sum, so the final norm belongs to the tower.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let x = self.encoder.forward(&x, None)?; // [b, length, d]
let last = x.narrow(1, self.length - 1, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&last) // [b, projection_size]
