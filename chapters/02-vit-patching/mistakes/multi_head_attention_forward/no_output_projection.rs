// caught by: attention::every_parameter_learns
// book: Reading pictures: heads
//
// The heads' results stand side by side, but nothing lets them talk to one another: the output projection is
// missing.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(x)?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
mixed.reshape((b, t, d))
