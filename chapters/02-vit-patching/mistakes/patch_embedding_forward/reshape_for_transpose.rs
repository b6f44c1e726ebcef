// caught by: patchify::a_linear_layer_on_patches_is_a_convolution
// book: Reading pictures: a convolution that is a matrix
//
// You reshape the weight to [c·p·p, d]. A reshape moves no number, so it is no transposition: columns of that
// matrix are no features. `ops::linear` takes [d, c·p·p], one row per feature, as the weight lies.

let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
let (d, c, p, _) = self.weight.dims4()?;
let weight = self.weight.reshape((c * p * p, d))?; // [c·p·p, d]
patches.broadcast_matmul(&weight)?.broadcast_add(&self.bias)
