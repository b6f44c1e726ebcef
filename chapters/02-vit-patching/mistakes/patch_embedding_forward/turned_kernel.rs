// caught by: patchify::a_linear_layer_on_patches_is_a_convolution
// book: Reading pictures: a convolution that is a matrix
//
// You turn the kernel round, as the convolution of signal processing does. The convolution of neural networks is
// a correlation: it multiplies number by number, in the order in which they lie.

let patches = patchify(pixels, self.patch_size)?; // [b, n, c·p·p]
let turned = self.weight.flip(&[2, 3])?.contiguous()?; // [d, c, p, p]
ops::linear(&patches, &turned.flatten_from(1)?, Some(&self.bias))
