// caught by: text_tower::another_length_is_refused
// book: Training SigLIP: the text tower
//
// You read captions of any length with as many positions as they have. It works, and the vectors are of no use:
// the place that is pooled would be one that never learned to gather a caption. Refuse another length.

let length = ids.dim(1)?;
let words = self.token_embedding.forward(ids)?; // [b, length, d]
let x = words.broadcast_add(&self.position_embedding.weight().narrow(0, 0, length)?)?; // [b, length, d]
let x = self.encoder.forward(&x, None)?; // [b, length, d]
let last = x.narrow(1, length - 1, 1)?.squeeze(1)?; // [b, d]
self.head.forward(&self.final_layer_norm.forward(&last)?) // [b, projection_size]
