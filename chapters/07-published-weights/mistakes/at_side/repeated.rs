// caught by: at_side::a_place_in_the_picture_stays_where_it_is
// book: PaliGemma: another resolution
//
// You give each new patch the row of the nearest old one. Four patches then share a place, and the tower cannot
// tell them apart; mix the rows around.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let (old, new) = (config.grid(), side / config.patch_size);
let nearest = |cell: usize| cell * old / new;
let rows = (0..new * new).map(|cell| (nearest(cell / new) * old + nearest(cell % new)) as u32);
let resampled = table.index_select(&Tensor::new(rows.collect::<Vec<u32>>(), table.device())?, 0)?;
tensors.insert(name, resampled);
Ok(VisionConfig { image_size: side, ..config.clone() })
