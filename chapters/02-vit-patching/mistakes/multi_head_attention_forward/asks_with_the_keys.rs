// caught by: attention::a_bias_on_the_keys_changes_nothing
// book: Reading pictures: heads
//
// Query and key are exchanged: you ask with k_proj and are answered with q_proj. As long as both are random nobody
// can tell; in a published model every token asks the wrong question.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.k_proj.forward(x)?.reshape(heads)?;
let key = self.q_proj.forward(x)?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
self.out_proj.forward(&mixed.reshape((b, t, d))?)
