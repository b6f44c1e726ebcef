// caught by: kv_cache::token_by_token_equals_all_at_once
// book: Gemma: the key/value cache
//
// You hand the keys to the cache before they are turned, and the next call finds keys there that know nothing of
// their positions. A position belongs to a token for good: turn first, then remember.

let (b, t, _) = x.dims3()?;
let query = self.q_proj.forward(x)?.reshape((b, t, self.heads, self.head_dim))?;
let key = self.k_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let value = self.v_proj.forward(x)?.reshape((b, t, self.key_value_heads, self.head_dim))?;
let query = apply_rope(&query, tables)?;
let (key, value) = match cache {
    Some(cache) => {
        let (keys, values) = cache.append(&key, &value)?;
        let old = keys.dim(1)? - t;
        let new = apply_rope(&keys.narrow(1, old, t)?.contiguous()?, tables)?;
        (Tensor::cat(&[keys.narrow(1, 0, old)?, new], 1)?, values)
    }
    None => (apply_rope(&key, tables)?, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?; // [b, t, heads, d_head]
self.o_proj.forward(&mixed.reshape((b, t, self.heads * self.head_dim))?)
