// caught by: encoder::a_block_with_silent_branches_is_the_identity
// book: Reading pictures: a block
//
// You detach x where it is added. All numbers are right and everything learns, but only by way of the branches: the
// straight path of additions, along which gradients reach the first block unharmed, is cut. It is what a residual is
// for.

let looked = self.self_attn.forward(&self.layer_norm1.forward(x)?, allowed)?; // [b, t, d]
let x = (x.detach() + looked)?; // [b, t, d]
let thought = self.mlp.forward(&self.layer_norm2.forward(&x)?)?; // [b, t, d]
x + thought // [b, t, d]
