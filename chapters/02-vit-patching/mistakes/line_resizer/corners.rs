// caught by: position::a_ramp_stays_a_ramp
// book: Reading pictures: positions at another resolution
//
// You line up the *corners* of both grids: the first on the first, the last on the last. That is one way to
// resize (and big_vision's), but here the middles of the cells lie on one ruler, as when a picture is resized;
// the outer cells of a finer grid then reach beyond the old middles.

if new == 0 {
    return Err(VisionError::Zero { field: "the new grid" }.into());
}
let mut weights = vec![0f64; new * old];
for i in 0..new {
    let place = i as f64 * (old - 1) as f64 / (new - 1).max(1) as f64;
    let (left, share) = (place.floor() as usize, place.fract());
    weights[i * old + left] += 1.0 - share;
    weights[i * old + (left + 1).min(old - 1)] += share;
}
Tensor::from_vec(weights, (new, old), &Device::Cpu)
