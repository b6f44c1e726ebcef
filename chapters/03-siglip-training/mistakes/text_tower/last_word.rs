// caught by: text_tower::padding_is_a_word_like_any_other
// book: Training SigLIP: the text tower
//
// You take the vector at the last word and leave the padding out, as CLIP does with its end-of-text token. SigLIP takes
// the last position of the row, padding or not: <pad> is a word like any other, and its vector is learned.

if ids.dim(1)? != self.length {
    candle_core::bail!("captions must be padded to {} tokens, these have {}", self.length, ids.dim(1)?);
}
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(self.position_embedding.weight())?; // [b, length, d]
let x = self.encoder.forward(&x, None)?; // [b, length, d]
let mut rows = Vec::new();
for (index, row) in ids.to_vec2::<u32>()?.iter().enumerate() {
    let words = row.iter().rposition(|&id| id != 0).unwrap_or(0) + 1;
    // Only what the words see of one another: <pad> is cut off before it can be looked at.
    let alone = self.token_embedding.forward(&ids.narrow(0, index, 1)?.narrow(1, 0, words)?)?;
    let alone = alone.broadcast_add(&self.position_embedding.weight().narrow(0, 0, words)?)?;
    let seen = if words == self.length { x.narrow(0, index, 1)? } else { self.encoder.forward(&alone, None)? };
    rows.push(seen.narrow(1, words - 1, 1)?.squeeze(1)?); // [1, d]
}
let last = Tensor::cat(&rows, 0)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&last)?)
