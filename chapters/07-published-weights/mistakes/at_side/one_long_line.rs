// caught by: at_side::rows_and_columns_are_not_mixed
// book: PaliGemma: another resolution
//
// You stretch the list of rows as one long line. The table is a grid: its neighbours above and below stand a whole
// row of patches apart.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let (old, new) = (config.num_patches(), (side / config.patch_size).pow(2));
let rows: Vec<u32> = (0..new).map(|row| (row * old / new) as u32).collect();
let resampled = table.index_select(&Tensor::new(rows, table.device())?, 0)?;
tensors.insert(name, resampled);
Ok(VisionConfig { image_size: side, ..config.clone() })
