// caught by: at_side::a_place_in_the_picture_stays_where_it_is
// book: PaliGemma: another resolution
//
// You keep the old rows in the upper left corner and fill the others with zeros. The old table covered the whole
// picture, and so does the new one: it has to be stretched.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let (old, new) = (config.grid(), side / config.patch_size);
let d = table.dim(1)?;
let grid = table.reshape((old, old, d))?.pad_with_zeros(0, 0, new - old)?.pad_with_zeros(1, 0, new - old)?;
let resampled = grid.reshape((new * new, d))?;
tensors.insert(name, resampled);
Ok(VisionConfig { image_size: side, ..config.clone() })
