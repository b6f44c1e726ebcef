// caught by: encoder::the_mlp_hears_what_attention_brought
// book: Reading pictures: a block
//
// The MLP comes first in your block. Attention comes first: a token thinks about what it has heard.

let thought = self.mlp.forward(&self.layer_norm2.forward(x)?)?;
let x = (x + thought)?;
let looked = self.self_attn.forward(&self.layer_norm1.forward(&x)?, allowed)?;
x + looked
