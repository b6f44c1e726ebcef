// caught by: encoder::a_block_with_silent_branches_is_the_identity
// book: Reading pictures: a block
//
// Your block *replaces* the tokens by what the branches say. It should add to them: what a token held is still
// there afterwards.

let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, allowed)?;
self.mlp.forward(&self.layer_norm2.forward(&looked)?)
