// caught by: at_side::a_place_in_the_picture_stays_where_it_is
// book: PaliGemma: another resolution
//
// You line up the first and the last rows of both grids, as big_vision does. Patches are areas: what coincides are
// the edges of the picture, so a patch of the new grid takes what the old one had at its middle. `interpolate` does
// that.

image_places(side, config.patch_size, None).map_err(candle_core::Error::wrap)?;
let name = positions_name();
let missing = || candle_core::Error::wrap(ResolutionError::NoPositions(name.clone()));
let table = tensors.get(&name).ok_or_else(missing)?; // [grid², d]
let (old, new, d) = (config.grid(), side / config.patch_size, table.dim(1)?);
let mut line = vec![0f32; new * old];
for i in 0..new {
    let place = (i * (old - 1)) as f32 / (new - 1).max(1) as f32;
    let left = place as usize;
    let share = place - left as f32;
    line[i * old + left] += 1.0 - share;
    line[i * old + (left + 1).min(old - 1)] += share;
}
let line = Tensor::from_vec(line, (new, old), table.device())?.to_dtype(table.dtype())?; // [new, old]
let taller = line.matmul(&table.reshape((old, old * d))?)?.reshape((new, old, d))?; // [new, old, d]
let turned = taller.transpose(0, 1)?.contiguous()?.reshape((old, new * d))?; // columns first
let wider = line.matmul(&turned)?.reshape((new, new, d))?.transpose(0, 1)?.contiguous()?; // [new, new, d]
tensors.insert(name, wider.reshape((new * new, d))?);
Ok(VisionConfig { image_size: side, ..config.clone() })
