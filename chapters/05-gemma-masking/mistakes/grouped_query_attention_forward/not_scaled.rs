// caught by: grouped_query_attention::scores_are_divided_by_the_root_of_the_heads_width
// book: Gemma: attention
//
// You do not scale the scores. A product of two heads has `head_dim` terms of size one and so the size √head_dim:
// softmax would put nearly everything on one key from the first step. Divide by that root.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?);
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let mixed = self.mix(&query, &key, &value, allowed, 1.0)?; // [b, t, heads, d_head]
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
