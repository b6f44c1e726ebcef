// caught by: dual_encoder::both_encoders_return_unit_vectors
// book: Training SigLIP: two towers, one space
//
// You return the pooled vector as it is. Its length says nothing about the picture, yet the dot product with a
// caption would grow with it, and the tower could lower its loss by shouting. Bring it to length one.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
self.pool.forward(&tokens) // [b, d]
