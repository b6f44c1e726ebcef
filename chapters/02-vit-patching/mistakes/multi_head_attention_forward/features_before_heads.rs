// caught by: attention::scores_are_divided_by_the_root_of_the_head_size
// book: Reading pictures: heads
//
// You split the features as [d_head, heads] and exchange the two: head 0 then gets features 0, 2, 4, …. In a
// checkpoint the features of a head stand side by side: [heads, d_head].

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let split = |x: Tensor| x.reshape((b, t, d_head, self.num_attention_heads))?.transpose(2, 3)?.contiguous();
let query = split(self.q_proj.forward(x)?)?;
let key = split(self.k_proj.forward(x)?)?;
let value = split(self.v_proj.forward(x)?)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
self.out_proj.forward(&mixed.transpose(2, 3)?.contiguous()?.reshape((b, t, d))?)
