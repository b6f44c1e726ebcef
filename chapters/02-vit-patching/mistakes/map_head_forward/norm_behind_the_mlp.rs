// caught by: map_head::the_mlp_adds_its_thought
// book: Reading pictures: pooling by attention
//
// You normalise what the MLP says. The norm stands before it (pre-norm, as in a block): the MLP reads a normalised
// copy of the pooled vector, and its answer is added as it is.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?; // [b, 1, d]
let query = self.project(0, &probe)?; // [b, 1, heads, d_head]
let key = self.project(1, tokens)?; // [b, n, heads, d_head]
let value = self.project(2, tokens)?; // [b, n, heads, d_head]
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?.reshape((b, d))?; // [b, d]
let pooled = self.out_proj.forward(&mixed)?; // [b, d]
let thought = self.layernorm.forward(&self.mlp.forward(&pooled)?)?; // [b, d]
pooled + thought // [b, d]
