// caught by: image_places::the_published_resolutions_have_these_many_places
// book: PaliGemma: how many places
//
// You count the patches along one side. The picture is a square of them.

if side == 0 || patch_size == 0 || !side.is_multiple_of(patch_size) {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
let counted = side / patch_size;
match stated {
    Some(stated) if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
    _ => Ok(counted),
}
