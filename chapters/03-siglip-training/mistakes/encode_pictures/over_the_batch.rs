// caught by: dual_encoder::both_encoders_return_unit_vectors
// book: Training SigLIP: two towers, one space
//
// You divide every feature by its length over the batch, dimension 0. Then a picture's vector depends on its
// neighbours, and no row has length one. One vector is one row: sum over the features, dimension 1.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
let pooled = self.pool.forward(&tokens)?; // [b, d]
pooled.broadcast_div(&(pooled.sqr()?.sum_keepdim(0)? + 1e-12)?.sqrt()?) // [b, d]
