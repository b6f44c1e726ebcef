// caught by: grouped_query_attention::scores_are_divided_by_the_root_of_the_heads_width
// book: Gemma: attention
//
// Your scale comes from the hidden size. In Gemma the width of a head is a number of its own (256 in the 2B
// model, whatever hidden size and heads say), and a dot product has that many terms.

let (b, t, hidden) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?);
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / ((hidden / self.heads) as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?;
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
