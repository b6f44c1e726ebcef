// caught by: patchify::inside_a_patch_the_order_is_channel_row_column
// book: Reading pictures: patches
//
// Inside a patch you have all channels of a pixel side by side, as picture files do. Convolution weights lie as
// (channel, row, column), and the patches have to match them.

let (b, c, height, width) = pixels.dims4()?;
let (rows, columns) = (patches_along(height, patch_size)?, patches_along(width, patch_size)?);
pixels
    .reshape(&[b, c, rows, patch_size, columns, patch_size][..])?
    .permute([0, 2, 4, 3, 5, 1])?
    .reshape((b, rows * columns, c * patch_size * patch_size))
