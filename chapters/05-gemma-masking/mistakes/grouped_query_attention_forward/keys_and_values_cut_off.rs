// caught by: grouped_query_attention::every_matrix_of_the_module_learns
// book: Gemma: attention
//
// You detach keys and values, because what is remembered does not change any more. In training nothing is
// remembered, and the matrices that make keys and values get no gradient: they stay as chance has made them.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?);
let (key, value) = (key.detach(), value.detach()); // earlier tokens do not change
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?; // [b, t, heads, d_head]
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
