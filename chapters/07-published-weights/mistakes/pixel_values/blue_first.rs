// caught by: pixel_values::colours_lie_between_minus_one_and_one
// book: PaliGemma: the pixels that the weights expect
//
// You write blue first, as OpenCV stores pictures. The weights have learned red, green, blue, and would see blue
// faces.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in [2, 1, 0] {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level / 255.0 - mean[channel]) / std[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
