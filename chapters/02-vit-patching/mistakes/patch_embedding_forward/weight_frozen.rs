// caught by: patchify::every_parameter_learns
// book: Reading pictures: a convolution that is a matrix
//
// You detach the weight. Some recipes freeze a random patch embedding to make training steadier; SigLIP learns it, and
// what is frozen is not for this layer to decide.

let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
let weight = self.weight.detach().flatten_from(1)?; // [d, c·p·p]
ops::linear(&patches, &weight, Some(&self.bias)) // [b, n, d]
