// caught by: decoder::embeddings_are_scaled_by_the_root_of_the_width
// book: Gemma: embeddings times the root of the width
//
// You hand out the rows as they are. They are small, because the same table is the output head; beside image
// tokens of size one, words would hardly be heard. Gemma multiplies them by √d.

let words = self.embed_tokens.forward(ids)?; // [b, t, hidden]
words.to_dtype(ops::working_type(self.dtype(), ids.device()))
