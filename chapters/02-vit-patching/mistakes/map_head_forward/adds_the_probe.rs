// caught by: map_head::the_probe_decides_which_token_is_heard
// book: Reading pictures: pooling by attention
//
// You add the probe to what it found, as a block of the encoder would add its input. The probe is a question,
// and the same for all pictures; nothing of it belongs in the answer.

let (b, _, d) = tokens.dims3()?;
let probe = self.probe.broadcast_as((b, 1, d))?;
let query = self.project(0, &probe)?;
let key = self.project(1, tokens)?;
let value = self.project(2, tokens)?;
let scale = 1.0 / (query.dim(D::Minus1)? as f64).sqrt();
let mixed = attention(&query, &key, &value, None, scale)?;
let pooled = (self.out_proj.forward(&mixed.reshape((b, d))?)? + probe.squeeze(1)?)?;
let thought = self.mlp.forward(&self.layernorm.forward(&pooled)?)?;
pooled + thought
