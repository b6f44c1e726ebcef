// caught by: map_head::the_probes_scores_are_divided_by_the_root_of_the_head_size
// book: Reading pictures: why 1/√d
//
// You divide by √d, all features of a token. A dot product here has only d_head terms, those of one head.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?;
let query = self.project(0, &probe)?;
let key = self.project(1, tokens)?;
let value = self.project(2, tokens)?;
let mixed = attention(&query, &key, &value, None, 1.0 / (d as f64).sqrt())?;
let pooled = self.out_proj.forward(&mixed.reshape((b, d))?)?;
let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?;
pooled + thought
