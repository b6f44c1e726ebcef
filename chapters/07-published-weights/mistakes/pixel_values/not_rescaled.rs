// caught by: pixel_values::colours_lie_between_minus_one_and_one
// book: PaliGemma: the pixels that the weights expect
//
// You subtract 0.5 from levels up to 255. Mean and deviation speak of values between 0 and 1: divide by 255 first.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level - mean[channel]) / std[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
