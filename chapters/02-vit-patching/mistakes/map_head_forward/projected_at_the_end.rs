// caught by: map_head::the_mlp_thinks_about_the_projected_vector
// book: Reading pictures: pooling by attention
//
// You apply the output projection last, to the sum. It belongs to the attention: the heads' results pass it first, and
// the MLP's thought is added to them unprojected.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?; // [b, 1, d]
let query = self.project(0, &probe)?; // [b, 1, heads, d_head]
let key = self.project(1, tokens)?; // [b, n, heads, d_head]
let value = self.project(2, tokens)?; // [b, n, heads, d_head]
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?.reshape((b, d))?; // [b, d]
let thought = self.mlp.forward(&self.layernorm.forward(&mixed)?)?; // [b, d]
self.out_proj.forward(&(mixed + thought)?) // [b, d]
