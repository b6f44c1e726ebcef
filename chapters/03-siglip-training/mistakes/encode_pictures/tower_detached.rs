// caught by: dual_encoder::a_pictures_vector_teaches_its_whole_tower
// book: Training SigLIP: two towers, one space
//
// You detach the tokens, so that only the pooling head learns and the tower stays random. Whether a tower is locked is
// decided where its parameters are handed out (`Lock`), and not on the way.

let tokens = self.patch_tokens(pixels)?.detach(); // [b, n, d]
normalise(&self.pool.forward(&tokens)?) // [b, d]
