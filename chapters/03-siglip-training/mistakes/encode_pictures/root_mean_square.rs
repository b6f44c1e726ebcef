// caught by: dual_encoder::both_encoders_return_unit_vectors
// book: Training SigLIP: two towers, one space
//
// You divide by the root of the *mean* square, as RMSNorm does. That makes the features about one and the vector
// √d long, and dot products become d times the cosine. The length is the root of the *sum* of squares.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
let pooled = self.pool.forward(&tokens)?; // [b, d]
pooled.broadcast_div(&(pooled.sqr()?.mean_keepdim(1)? + 1e-12)?.sqrt()?) // [b, d]
