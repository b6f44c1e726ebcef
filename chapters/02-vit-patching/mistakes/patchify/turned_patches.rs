// caught by: patchify::patches_are_read_like_text
// book: Reading pictures: patches
//
// The patches are in the right order, but inside each of them rows and columns are exchanged. It is easy to miss
// in a picture of one colour, and every edge points the wrong way.

let (b, c, height, width) = pixels.dims4()?;
let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
pixels
    .reshape(&[b, c, rows, patch_size, columns, patch_size][..])?
    .permute([0, 2, 4, 1, 5, 3])?
    .reshape((b, rows * columns, c * patch_size * patch_size))
