// caught by: encoder::a_block_with_silent_branches_is_the_identity
// book: Reading pictures: a block
//
// You add the branch to the *normalised* token. The straight path must be untouched: x + branch(norm(x)), not
// norm(x) + branch(norm(x)).

let calm = self.layer_norm1.forward(x)?;
let x = (&calm + self.self_attn.forward(&calm, allowed)?)?;
let calm = self.layer_norm2.forward(&x)?;
&calm + self.mlp.forward(&calm)?
