// caught by: encoder::the_mlp_hears_what_attention_brought
// book: Reading pictures: a block
//
// Both branches read through layer_norm1. The MLP has a norm of its own, layer_norm2, with its own weight and bias;
// yours never learns, and a published one is never used.

let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, allowed)?; // [b, t, d]
let x = (x + looked)?; // [b, t, d]
let thought = self.mlp.forward(&self.layer_norm1.forward(&x)?)?; // [b, t, d]
x + thought // [b, t, d]
