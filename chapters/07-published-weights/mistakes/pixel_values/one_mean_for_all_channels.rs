// caught by: pixel_values::each_channel_has_its_own_mean_and_deviation
// book: PaliGemma: the pixels that the weights expect
//
// You use the mean and the deviation of red for all three channels. With SigLIP's they are all ½ and nobody
// notices; CLIP's, for example, are not. Each channel has its own.

let square = squash(picture, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level / 255.0 - mean[0]) / std[0]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
