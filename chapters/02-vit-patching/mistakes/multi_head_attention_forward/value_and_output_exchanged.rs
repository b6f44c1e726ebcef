// caught by: attention::the_output_projection_comes_last
// book: Reading pictures: heads
//
// You make the values with out_proj and join the heads with v_proj. Both are [d, d], and a new model cannot tell them
// apart; a published one can. Before the heads mix stands v_proj, behind them out_proj.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(x)?.reshape(heads)?;
let value = self.out_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, allowed, 1.0 / (d_head as f64).sqrt())?;
self.v_proj.forward(&mixed.reshape((b, t, d))?)
