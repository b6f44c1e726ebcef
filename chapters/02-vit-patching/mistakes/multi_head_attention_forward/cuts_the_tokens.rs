// caught by: attention::scores_are_divided_by_the_root_of_the_head_size
// book: Reading pictures: heads
//
// You reshaped to [b, heads, t, d_head]. A reshape moves no number, so that cuts the list of *tokens* into heads
// instead of the features. Reshape to [b, t, heads, d_head], the layout that `attention` takes.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let split = |x: Tensor| x.reshape((b, self.num_attention_heads, t, d_head))?.transpose(1, 2)?.contiguous();
let query = split(self.q_proj.forward(x)?)?;
let key = split(self.k_proj.forward(x)?)?;
let value = split(self.v_proj.forward(x)?)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
self.out_proj.forward(&mixed.reshape((b, t, d))?)
