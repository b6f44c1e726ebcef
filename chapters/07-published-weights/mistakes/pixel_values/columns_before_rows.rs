// caught by: pixel_values::each_channel_is_a_picture_of_its_own
// book: PaliGemma: the pixels that the weights expect
//
// You write each channel column by column. In `[3, side, side]` the rows of the picture come one after the other,
// from left to right: yours is mirrored at the diagonal, and left has become above.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    for x in 0..side as u32 {
        for y in 0..side as u32 {
            let level = f32::from(square.get_pixel(x, y).0[channel]);
            values.push((level / 255.0 - mean[channel]) / std[channel]);
        }
    }
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
