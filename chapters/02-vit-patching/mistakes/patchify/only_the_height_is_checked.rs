// caught by: patchify::a_picture_that_patches_do_not_tile_is_refused
// book: Reading pictures: patches
//
// You refuse a picture whose height does not fit, and cut off the right margin of one whose width does not. Both sides
// have to be tiled: ask `patches_along` twice.

let (b, c, height, width) = pixels.dims4()?;
let rows = patches_along(height, patch_size)?;
let columns = width / patch_size;
pixels
    .narrow(3, 0, columns * patch_size)?
    .contiguous()?
    .reshape(&[b, c, rows, patch_size, columns, patch_size][..])?
    .permute([0, 2, 4, 1, 3, 5])?
    .reshape((b, rows * columns, c * patch_size * patch_size))
