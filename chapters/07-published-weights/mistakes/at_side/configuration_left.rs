// caught by: at_side::patches_keep_their_size_and_there_are_more_of_them
// book: PaliGemma: another resolution
//
// You resample the table and leave the configuration as it was. The prompt keeps as many places as before, and the
// weights do not fit the model that the configuration describes.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let resampled = interpolate(table, config.grid(), side / config.patch_size)?; // [new grid², d]
tensors.insert(name, resampled);
Ok(config.clone())
