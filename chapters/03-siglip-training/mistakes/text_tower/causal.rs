// caught by: text_tower::nothing_is_causal
// book: Training SigLIP: the text tower
//
// You read with a causal mask, as CLIP does and as a language model must. SigLIP's text tower writes nothing, so
// no word has to be hidden: every piece sees every other, and a word may be understood from what follows it.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let allowed = Tensor::tril2(self.length, candle_core::DType::U8, ids.device())?.unsqueeze(0)?; // [1, length, length]
let x = self.encoder.forward(&x, Some(&allowed))?; // [b, length, d]
let last = x.narrow(1, self.length - 1, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&last)?) // [b, projection_size]
