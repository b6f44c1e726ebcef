// caught by: encoder::hidden_tokens_leave_no_trace
// book: Reading pictures: who may look at whom
//
// `allowed` is not handed on to the attention: hidden tokens are seen after all. A picture has none, but the
// encoder is also used where some tokens must not be seen, and it promises to hide them.

let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, None)?;
let x = (x + looked)?;
let thought = self.mlp.forward(&self.layer_norm2.forward(&x)?)?;
x + thought
