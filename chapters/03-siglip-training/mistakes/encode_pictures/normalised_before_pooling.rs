// caught by: dual_encoder::both_encoders_return_unit_vectors
// book: Training SigLIP: two towers, one space
//
// You normalise the patches and then pool them. The pooling head projects, mixes and adds, so what comes out of it
// has any length. The last step must be the normalisation.

let tokens = normalise(&self.patch_tokens(pixels)?)?; // [b, n, d]
self.pool.forward(&tokens) // [b, d]
