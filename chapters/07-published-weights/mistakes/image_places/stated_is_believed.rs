// caught by: image_places::what_is_stated_has_to_follow
// book: PaliGemma: how many places
//
// You believe what the file says. It may come from a model of another resolution; then the prompt has 256 places
// for 1,024 patches. What is stated has to follow from the sizes.

if side == 0 || patch_size == 0 || !side.is_multiple_of(patch_size) {
    return Err(ResolutionError::PatchesDoNotTile { side, patch_size });
}
Ok(stated.unwrap_or((side / patch_size).pow(2)))
