// caught by: image_places::no_strip_is_left_over
// book: PaliGemma: how many places
//
// You divide and forget what is left over. A convolution does the same, and never sees the strip at the right and
// at the bottom. Refuse such a side.

if side == 0 || patch_size == 0 {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
let counted = (side / patch_size).pow(2);
match stated {
    Some(stated) if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
    _ => Ok(counted),
}
