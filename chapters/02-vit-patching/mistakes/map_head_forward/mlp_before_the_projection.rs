// caught by: map_head::the_mlp_thinks_about_the_projected_vector
// book: Reading pictures: pooling by attention
//
// Your MLP reads the heads' results as they stand side by side, before the output projection has let them meet. It
// thinks about the pooled vector itself: u + MLP(LN(u)), where u is what has passed `out_proj`.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?; // [b, 1, d]
let query = self.project(0, &probe)?; // [b, 1, heads, d_head]
let key = self.project(1, tokens)?; // [b, n, heads, d_head]
let value = self.project(2, tokens)?; // [b, n, heads, d_head]
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?.reshape((b, d))?; // [b, d]
let pooled = self.out_proj.forward(&mixed)?; // [b, d]
let thought = self.mlp.forward(&self.layernorm.forward(&mixed)?)?; // [b, d]
pooled + thought // [b, d]
