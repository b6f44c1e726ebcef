// caught by: patchify::a_picture_that_patches_do_not_tile_is_refused
// book: Reading pictures: patches
//
// Where patches do not fill the picture, you leave out its right and lower margin in silence. Somebody's caption
// may speak of exactly that margin: refuse such a picture, with `patches_along`.

let (b, c, height, width) = pixels.dims4()?;
let (rows, columns) = match patch_size {
    0 => patches_along(height, patch_size).map(|rows| (rows, rows))?,
    _ => (height / patch_size, width / patch_size),
};
pixels
    .narrow(2, 0, rows * patch_size)?
    .narrow(3, 0, columns * patch_size)?
    .contiguous()?
    .reshape(&[b, c, rows, patch_size, columns, patch_size][..])?
    .permute([0, 2, 4, 1, 3, 5])?
    .reshape((b, rows * columns, c * patch_size * patch_size))
