// caught by: decoder::embeddings_are_scaled_by_the_root_of_the_width
// book: Gemma: embeddings times the root of the width
//
// You divide by √d, as attention does with its scores. Here it is the other way round: small rows are made larger
// on their way in.

let words = self.embed_tokens.forward(ids)?; // [b, t, hidden]
words.to_dtype(ops::working_type(self.dtype(), ids.device()))? / (self.config.hidden_size as f64).sqrt()
