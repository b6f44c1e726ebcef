// caught by: encoder::the_mlp_hears_what_attention_brought
// book: Reading pictures: a block
//
// The two norms are exchanged: layer_norm1 belongs to the attention, layer_norm2 to the MLP. A new model does not
// show it, since both norms start alike; a published one falls apart.

let looked = self.self_attn.forward(&self.layer_norm2.forward(x)?, allowed)?;
let x = (x + looked)?;
let thought = self.mlp.forward(&self.layer_norm1.forward(&x)?)?;
x + thought
