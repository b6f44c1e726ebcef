// caught by: attention_leaks::order_matters_even_where_attention_is_full
// book: Gemma: rotary positions
//
// Nothing is turned, so a prefix is a bag of words: under full attention "dog bites man" and "man bites dog" are
// the same.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?;
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
