// caught by: image_places::the_published_resolutions_have_these_many_places
// book: PaliGemma: how many places
//
// You count one token more, for the whole picture. CLIP's tower has such a token; SigLIP's has none, and
// PaliGemma's prompt keeps a place for each patch and for nothing else.

if side == 0 || patch_size == 0 || !side.is_multiple_of(patch_size) {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
let counted = (side / patch_size).pow(2) + 1;
match stated {
    Some(stated) if stated != counted => Err(ResolutionError::AnotherCount { stated, counted, side, patch_size }),
    _ => Ok(counted),
}
