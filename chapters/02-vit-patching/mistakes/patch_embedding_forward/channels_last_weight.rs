// caught by: patchify::a_linear_layer_on_patches_is_a_convolution
// book: Reading pictures: a convolution that is a matrix
//
// You sort the weights as (row, column, channel) before flattening them. The patches are flattened as (channel,
// row, column); both have to be in the same order, and the checkpoint's is already right.

let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
let weight = self.weight.permute((0, 2, 3, 1))?.contiguous()?.flatten_from(1)?; // [d, p·p·c]
ops::linear(&patches, &weight, Some(&self.bias))
