// caught by: attention::a_token_that_sees_only_itself_is_alone
// book: Reading pictures: who may look at whom
//
// `allowed` ends here: it is not handed on to `attention`, so everybody looks at everybody.

let (b, t, d) = x.dims3()?;
let d_head = d / self.num_attention_heads;
let heads = (b, t, self.num_attention_heads, d_head);
let query = self.q_proj.forward(x)?.reshape(heads)?;
let key = self.k_proj.forward(x)?.reshape(heads)?;
let value = self.v_proj.forward(x)?.reshape(heads)?;
let mixed = attention(&query, &key, &value, None, 1.0 / (d_head as f64).sqrt())?;
self.out_proj.forward(&mixed.reshape((b, t, d))?)
