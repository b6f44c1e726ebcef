// caught by: gemma2::the_width_of_a_head_as_divisor_is_the_plain_rule
// book: Gemma: attention
//
// You call `grouped_query_attention` yourself instead of `self.mix`. For Gemma that is the same. A Gemma 2 bends
// its scores and divides them by a number of its own, and `self.mix` knows: without it the options of the
// configuration do nothing.

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
let mixed = grouped_query_attention(&query, &key, &value, Some(allowed), scale)?; // [b, t, heads, d_head]
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
