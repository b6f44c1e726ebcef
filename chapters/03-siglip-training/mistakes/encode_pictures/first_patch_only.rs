// caught by: dual_encoder::the_head_pools_all_patches_together
// book: Training SigLIP: two towers, one space
//
// You pool the first token alone, as if it were a class token. SigLIP has none: its first token is the upper left
// corner, and what the probe should look for may be anywhere. The head gets all tokens.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
normalise(&self.pool.forward(&tokens.narrow(1, 0, 1)?)?) // [b, d]
