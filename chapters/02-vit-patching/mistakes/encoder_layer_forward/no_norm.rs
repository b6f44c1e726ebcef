// caught by: encoder::what_a_block_adds_does_not_depend_on_loudness
// book: Reading pictures: a block
//
// The branches read the tokens as loud as they are. Every block adds, so tokens grow from block to block, and
// without the norm each branch would have to cope with another loudness.

let x = (x + self.self_attn.forward(x, allowed)?)?;
&x + self.mlp.forward(&x)?
