// caught by: map_head::repeating_a_token_changes_nothing
// book: Reading pictures: pooling by attention
//
// The roles are exchanged: the tokens ask and the probe answers, the same to all of them. The probe is the
// query; tokens are keys and values.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?;
let query = self.project(0, tokens)?; // [b, n, heads, d_head]
let key = self.project(1, &probe)?;
let value = self.project(2, &probe)?;
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?; // [b, n, heads, d_head]
let pooled = self.out_proj.forward(&mixed.reshape((b, (), d))?.sum(1)?)?;
let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?;
pooled + thought
