// caught by: small_weights::half_precision_is_a_way_to_store_not_to_compute
// book: Gemma: embeddings times the root of the width
//
// You multiply first and widen later, so the product is rounded to half precision. Where √d is a power of two
// nothing happens to be lost; √2048 is 45.25 and more, and every word loses digits. Widen first: this is the place
// where f32 begins.

let words = (self.embed_tokens.forward(ids)? * (self.config.hidden_size as f64).sqrt())?; // [b, t, hidden]
words.to_dtype(ops::working_type(self.dtype(), ids.device()))
