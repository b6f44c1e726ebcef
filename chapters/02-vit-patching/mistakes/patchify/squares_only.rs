// caught by: patchify::cutting_and_joining_is_the_identity
// book: Reading pictures: patches
//
// You count the patches along the height and take as many along the width. The course's pictures are square, but a
// picture is h × w: count along each side.

let (b, c, height, _) = pixels.dims4()?;
let grid = patches_along(height, patch_size)?;
pixels
    .reshape(&[b, c, grid, patch_size, grid, patch_size][..])?
    .permute([0, 2, 4, 1, 3, 5])?
    .reshape((b, grid * grid, c * patch_size * patch_size))
