// caught by: map_head::the_order_of_tokens_does_not_matter
// book: Reading pictures: pooling by attention
//
// You let the first token ask. That was the class token of the first Vision Transformer; SigLIP has none. Its
// first token is the upper left corner; the question is the learned probe.

let (b, _, d) = tokens.dims3()?;
let query = self.project(0, &tokens.narrow(1, 0, 1)?.broadcast_add(&self.probe)?)?; // [b, 1, heads, d_head]
let key = self.project(1, tokens)?;
let value = self.project(2, tokens)?;
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?;
let pooled = self.out_proj.forward(&mixed.reshape((b, d))?)?;
let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?;
pooled + thought
