// caught by: pixel_values::each_channel_is_a_picture_of_its_own
// book: PaliGemma: the pixels that the weights expect
//
// You write the three values of each pixel side by side, as they are stored in the picture, and call the result
// `[3, side, side]`. The tensor wants all red values first, then the green ones, then the blue ones.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for pixel in square.pixels() {
    for (channel, level) in pixel.0.into_iter().enumerate() {
        values.push((f32::from(level) / 255.0 - mean[channel]) / std[channel]);
    }
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu)
