// caught by: pixel_values::colours_lie_between_minus_one_and_one
// book: PaliGemma: the pixels that the weights expect
//
// You subtract the mean and stop. Values then lie between −½ and ½, half as far apart as the weights expect: divide
// by the deviation as well.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| level / 255.0 - mean[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
