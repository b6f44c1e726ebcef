// caught by: decoder::embeddings_are_scaled_by_the_root_of_the_width
// book: Gemma: embeddings times the root of the width
//
// You multiply by d. The rows have size 1/√d, so the *root* of d brings them to one.

let words = self.embed_tokens.forward(ids)?; // [b, t, hidden]
words.to_dtype(ops::working_type(self.dtype(), ids.device()))? * self.config.hidden_size as f64
