// caught by: pixel_values::nothing_is_cut_off
// book: PaliGemma: the pixels that the weights expect
//
// You cut the middle out of the picture, as CLIP does. PaliGemma squashes: what stands at the sides is still
// there, only narrower.

let (width, height) = picture.dimensions();
let shorter = width.min(height);
let (left, top) = ((width - shorter) / 2, (height - shorter) / 2);
let middle = image::imageops::crop_imm(picture, left, top, shorter, shorter).to_image();
let square = squash(&middle, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level / 255.0 - mean[channel]) / std[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
