// caught by: at_side::patches_keep_their_size_and_there_are_more_of_them
// book: PaliGemma: another resolution
//
// You let the patches grow with the picture, so that the old table fits. The patch embedding has weights for
// patches of one size, and the whole point of more pixels is to have more tokens.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
if !tensors.contains_key(&positions_name()) {
    return Err(candle_core::Error::wrap(ResolutionError::NoPositions(positions_name())));
}
Ok(VisionConfig { image_size: side, patch_size: side / config.grid(), ..config.clone() })
