// caught by: attention::scores_are_divided_by_the_root_of_the_head_size
// book: Reading pictures: why 1/√d
//
// You divide by √d, all features of a token. A dot product here has only d_head terms, those of one head, and so
// the variance d_head.

let (b, t, d) = x.dims3()?;
let heads = (b, t, self.num_attention_heads, d / self.num_attention_heads);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(x)?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d as f64).sqrt())?;
self.out_proj.forward(&mixed.reshape((b, t, d))?)
