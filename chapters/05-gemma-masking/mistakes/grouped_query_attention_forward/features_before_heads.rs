// caught by: grouped_query_attention::the_features_of_a_head_lie_together
// book: Gemma: attention
//
// You split the features as [head_dim, heads] and exchange the two: head 0 then gets features 0, 4, 8, …. In a
// checkpoint the features of a head stand side by side: [heads, head_dim].

let (b, t, _) = x.dims3()?;
let split = |x: Tensor, heads: usize| x.reshape((b, t, self.head_dim, heads))?.transpose(2, 3)?.contiguous();
let query = split(self.q_proj.forward(x)?, self.heads)?;
let key = split(self.k_proj.forward(x)?, self.key_value_heads)?;
let value = split(self.v_proj.forward(x)?, self.key_value_heads)?;
let (query, key) = (apply_rope(&query, tables)?, apply_rope(&key, tables)?);
let (key, value) = match cache {
    Some(cache) => cache.append(&key, &value)?,
    None => (key, value),
};
let scale = 1.0 / (self.head_dim as f64).sqrt();
let mixed = self.mix(&query, &key, &value, allowed, scale)?; // [b, t, heads, d_head]
let joined = mixed.transpose(2, 3)?.contiguous()?.reshape((b, t, self.heads * self.head_dim))?;
self.o_proj.forward(&joined)
