// caught by: image_places::what_is_stated_has_to_follow
// book: PaliGemma: how many places
//
// You take a stated 0 for "nothing stated", as `if stated:` does in Python. `None` says that; a file that states 0
// places is wrong, and any other number than the one that follows is an error.

if side == 0 || patch_size == 0 || !side.is_multiple_of(patch_size) {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
let counted = (side / patch_size).pow(2);
match stated.unwrap_or(0) {
    0 => Ok(counted),
    stated if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
    _ => Ok(counted),
}
