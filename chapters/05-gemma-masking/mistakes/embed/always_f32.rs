// caught by: decoder::embeddings_are_scaled_by_the_root_of_the_width
// book: Gemma: embeddings times the root of the width
//
// You bring the words to f32 whatever the table is stored in. A decoder in f64 computes in f64, and a GPU computes
// in the type that it is given: `ops::working_type` says which.

let words = self.embed_tokens.forward(ids)?; // [b, t, hidden]
words.to_dtype(DType::F32)? * (self.config.hidden_size as f64).sqrt()
