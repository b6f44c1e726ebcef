// caught by: patchify::a_linear_layer_on_patches_is_a_convolution
// book: Reading pictures: a convolution that is a matrix
//
// The bias is missing. It starts at zero, so a new model does not show it; a published one is off by a constant
// in every token.

let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
ops::linear(&patches, &self.weight.flatten_from(1)?, None)
