// caught by: attention_leaks::prefix_never_sees_the_suffix
// book: Gemma: the prefix-LM mask
//
// `allowed` is not handed on, so everybody looks at everybody: the prefix at the answer, and every word at the
// words that are still to be written.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?);
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = grouped_query_attention(&query, &key, &value, None, scale)?;
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
