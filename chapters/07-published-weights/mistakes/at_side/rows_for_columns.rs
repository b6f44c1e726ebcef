// caught by: at_side::a_place_in_the_picture_stays_where_it_is
// book: PaliGemma: another resolution
//
// Rows and columns of your new table are exchanged. Patches are counted row by row, from left to right.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let new = side / config.patch_size;
let grid = interpolate(table, config.grid(), new)?.reshape((new, new, table.dim(1)?))?;
let resampled = grid.transpose(0, 1)?.reshape((new * new, table.dim(1)?))?;
tensors.insert(name, resampled);
Ok(VisionConfig { image_size: side, ..config.clone() })
