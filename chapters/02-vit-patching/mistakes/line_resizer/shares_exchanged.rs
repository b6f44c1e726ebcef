// caught by: position::a_ramp_stays_a_ramp
// book: Reading pictures: positions at another resolution
//
// The shares are exchanged: a place close to its left neighbour gets most from the right one. `share` says how
// far the place is *from* the left one.

if new == 0 {
    return Err(VisionError::Zero { field: "the new grid" }.into());
}
let mut weights = vec![0f64; new * old];
for i in 0..new {
    let place = ((i as f64 + 0.5) * old as f64 / new as f64 - 0.5).clamp(0.0, (old - 1) as f64);
    let (left, share) = (place.floor() as usize, place.fract());
    weights[i * old + left] += share;
    weights[i * old + (left + 1).min(old - 1)] += 1.0 - share;
}
Tensor::from_vec(weights, (new, old), &Device::Cpu)
