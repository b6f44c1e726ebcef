// caught by: patchify::patches_are_read_like_text
// book: Reading pictures: patches
//
// You read the patches from top to bottom, column by column. They are read like text: along the first row of
// patches, then along the second. Positions and checkpoints count in that order.

let (b, c, height, width) = pixels.dims4()?;
let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
pixels
    .reshape(&[b, c, rows, patch_size, columns, patch_size][..])?
    .permute([0, 4, 2, 1, 3, 5])?
    .reshape((b, rows * columns, c * patch_size * patch_size))
