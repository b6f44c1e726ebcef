// caught by: encoder::the_mlp_hears_what_attention_brought
// book: Reading pictures: a block
//
// Both branches read the same x, side by side. Some models are built like that, and SigLIP is not: the MLP thinks
// about what attention has just brought, so it reads the sum.

let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, allowed)?;
let thought = self.mlp.forward(&self.layer_norm2.forward(x)?)?;
(x + looked)? + thought
