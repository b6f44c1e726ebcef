// caught by: dual_encoder::a_patch_alone_is_read_like_a_picture_full_of_it
// book: Training SigLIP: two towers, one space
//
// You average the patches. Then the plain background has as much say as the dog in front of it, and the pooling
// head, which has learned where to look, is never asked.

let tokens = self.patch_tokens(pixels)?; // [b, n, d]
normalise(&tokens.mean(1)?) // [b, d]
