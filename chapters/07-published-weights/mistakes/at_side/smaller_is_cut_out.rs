// caught by: at_side::a_place_in_the_picture_stays_where_it_is
// book: PaliGemma: another resolution
//
// For a smaller side you cut the upper left corner out of the table. A smaller picture still shows everything, only
// with fewer patches: its table has to cover the whole picture, too, and is resampled as a larger one is.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let (old, new) = (config.grid(), side / config.patch_size);
let resampled = if new < old {
    let d = table.dim(1)?;
    let corner = table.reshape((old, old, d))?.narrow(0, 0, new)?.narrow(1, 0, new)?.contiguous()?;
    corner.reshape((new * new, d))?
} else {
    interpolate(table, old, new)?
};
tensors.insert(name, resampled);
Ok(VisionConfig { image_size: side, ..config.clone() })
