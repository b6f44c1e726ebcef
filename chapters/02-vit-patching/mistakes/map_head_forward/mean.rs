// caught by: map_head::every_parameter_learns
// book: Reading pictures: pooling by attention
//
// You take the mean of the tokens. It is a pooling, and a common one, but here a learned probe asks which tokens
// matter: sky should not count as much as the dog before it.

let pooled = self.out_proj.forward(&tokens.mean(1)?)?; // [b, d]
let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?; // [b, d]
pooled + thought
