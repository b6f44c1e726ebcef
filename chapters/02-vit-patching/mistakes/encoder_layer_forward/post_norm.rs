// caught by: encoder::a_block_with_silent_branches_is_the_identity
// book: Reading pictures: a block
//
// You normalise the *sum*, as the first Transformer did (post-norm). SigLIP normalises what a branch reads and
// leaves the straight path alone; gradients then travel along it unharmed through any number of blocks.

let x = self.layer_norm1.forward(&(x + self.self_attn.forward(x, allowed)?)?)?;
self.layer_norm2.forward(&(&x + self.mlp.forward(&x)?)?)
