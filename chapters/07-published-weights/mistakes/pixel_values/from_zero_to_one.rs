// caught by: pixel_values::colours_lie_between_minus_one_and_one
// book: PaliGemma: the pixels that the weights expect
//
// You stop at 0…1. The weights expect −1…1: subtract the mean and divide by the deviation.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| level / 255.0));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
