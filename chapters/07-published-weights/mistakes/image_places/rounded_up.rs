// caught by: image_places::no_strip_is_left_over
// book: PaliGemma: how many places
//
// You round up, as if the last patch could be half empty. Nobody fills it up: the tower has fewer patches than the
// prompt has places.

if side == 0 || patch_size == 0 {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
let counted = side.div_ceil(patch_size).pow(2);
match stated {
    Some(stated) if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
    _ => Ok(counted),
}
