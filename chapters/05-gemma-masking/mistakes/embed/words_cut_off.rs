// caught by: decoder::the_table_learns_from_what_is_read
// book: Gemma: embeddings times the root of the width
//
// You detach the words. The table still learns, because it is the output head as well, and so nobody notices: but
// what the decoder would like to *read* never reaches it.

let words = self.embed_tokens.forward(ids)?.detach(); // [b, t, hidden]
words.to_dtype(ops::working_type(self.dtype(), ids.device()))? * (self.config.hidden_size as f64).sqrt()
