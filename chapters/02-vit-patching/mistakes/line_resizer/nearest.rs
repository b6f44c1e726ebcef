// caught by: position::a_ramp_stays_a_ramp
// book: Reading pictures: positions at another resolution
//
// You copy the nearest old value. Several new patches then have one and the same position, and the tower cannot
// tell them apart. Mix the two neighbours by their distance.

if new == 0 {
    return Err(VisionError::Zero { field: "the new grid" }.into());
}
let mut weights = vec![0f64; new * old];
for i in 0..new {
    let place = ((i as f64 + 0.5) * old as f64 / new as f64 - 0.5).clamp(0.0, (old - 1) as f64);
    weights[i * old + place.round() as usize] += 1.0;
}
Tensor::from_vec(weights, (new, old), &Device::Cpu)
