// caught by: position::a_ramp_stays_a_ramp
// book: Reading pictures: positions at another resolution
//
// Your places are i·old/new: the left *edges* of the cells. Values stand in the middles, so everything is
// shifted by half a cell, and left and right are no longer treated alike.

if new == 0 {
    return Err(VisionError::Zero { field: "the new grid" }.into());
}
let mut weights = vec![0f64; new * old];
for i in 0..new {
    let place = (i as f64 * old as f64 / new as f64).clamp(0.0, (old - 1) as f64);
    let (left, share) = (place.floor() as usize, place.fract());
    weights[i * old + left] += 1.0 - share;
    weights[i * old + (left + 1).min(old - 1)] += share;
}
Tensor::from_vec(weights, (new, old), &Device::Cpu)
