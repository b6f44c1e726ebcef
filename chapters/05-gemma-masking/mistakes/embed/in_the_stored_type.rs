// caught by: small_weights::half_precision_is_a_way_to_store_not_to_compute
// book: Gemma: embeddings times the root of the width
//
// The words stay in the type that the table is stored in. Half precision saves bytes in memory; a CPU computes in
// f32. `ops::working_type` says what to compute in, and the first tensor of the decoder has to be brought there.

self.embed_tokens.forward(ids)? * (self.config.hidden_size as f64).sqrt()
