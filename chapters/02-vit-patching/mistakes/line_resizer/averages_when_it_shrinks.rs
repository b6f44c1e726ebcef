// caught by: position::a_third_of_the_side_keeps_the_middle_cells
// book: Reading pictures: positions at another resolution
//
// Where a whole number of old cells lies under each new one, you take their mean, as a picture is shrunk without
// flicker. It keeps slopes, too, but it is another rule: a new value mixes the two old ones around its place, and from
// three cells to one it *is* the middle one.

if new == 0 {
    return Err(VisionError::Zero { field: "the new grid" }.into());
}
let mut weights = vec![0f64; new * old];
for i in 0..new {
    if old.is_multiple_of(new) {
        let under = old / new; // old cells under each new one
        weights[i * old + i * under..][..under].fill(1.0 / under as f64);
        continue;
    }
    let place = ((i as f64 + 0.5) * old as f64 / new as f64 - 0.5).clamp(0.0, (old - 1) as f64);
    let (left, share) = (place.floor() as usize, place.fract());
    weights[i * old + left] += 1.0 - share;
    weights[i * old + (left + 1).min(old - 1)] += share;
}
Tensor::from_vec(weights, (new, old), &Device::Cpu)
