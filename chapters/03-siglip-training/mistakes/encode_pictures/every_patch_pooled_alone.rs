// caught by: dual_encoder::the_head_pools_all_patches_together
// book: Training SigLIP: two towers, one space
//
// You let the head read each patch by itself and average what it read. With a single token there is nothing to choose
// from, so the probe never asks: sky has as much say as the dog before it. Pool all tokens of a picture together.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
let (b, n, d) = tokens.dims3()?;
let patches = self.encode_patches(&tokens.reshape((b * n, d))?)?; // [b·n, d]
normalise(&patches.reshape((b, n, d))?.mean(1)?) // [b, d]
