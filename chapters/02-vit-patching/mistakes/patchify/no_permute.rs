// caught by: patchify::patches_are_read_like_text
// book: Reading pictures: patches
//
// You cut the numbers as they lie in memory. The first four of them are the first *row* of the picture, not its
// first patch: rows and columns have to be split, and the parts sorted anew with `permute`.

let (b, c, height, width) = pixels.dims4()?;
let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
pixels.reshape((b, rows * columns, c * patch_size * patch_size))
