// caught by: attention::scores_are_divided_by_the_root_of_the_head_size
// book: Reading pictures: heads
//
// You add x to what the attention says. That is the residual, and the block around this layer adds it: here it would
// come in twice, and the first time normalised.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(x)?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
x + self.out_proj.forward(&mixed.reshape((b, t, d))?)?
