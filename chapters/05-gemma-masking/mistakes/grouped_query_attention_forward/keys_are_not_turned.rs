// caught by: attention_leaks::shifting_all_positions_changes_nothing
// book: Gemma: attention
//
// Only the queries are turned. A score depends on the distance of two tokens only if *both* are turned by their
// positions.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let query = apply_rope(&query, tables)?;
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?;
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
