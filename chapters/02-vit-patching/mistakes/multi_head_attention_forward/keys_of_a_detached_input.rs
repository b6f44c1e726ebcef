// caught by: attention::the_gradient_of_the_layer_is_the_measured_slope
// book: Reading pictures: heads
//
// You make the keys of a detached x. All four projections learn, but the tokens never hear that their label was
// misleading: a part of the gradient is missing in every layer before this one. Query, key and value are made of the
// same x, and all three send their gradient back.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(&x.detach())?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
self.out_proj.forward(&mixed.reshape((b, t, d))?)
