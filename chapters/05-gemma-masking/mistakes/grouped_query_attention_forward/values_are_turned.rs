// caught by: attention_leaks::shifting_all_positions_changes_nothing
// book: Gemma: attention
//
// You turn the values, too. Positions belong into the comparison of queries and keys, where only their distance
// is left; in a value the absolute position would remain.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (query, key, value) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?, apply_rope(&value, tables)?);
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?;
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
