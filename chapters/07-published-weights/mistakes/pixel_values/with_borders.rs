// caught by: pixel_values::nothing_is_cut_off
// book: PaliGemma: the pixels that the weights expect
//
// You keep the proportions and fill up with black borders. PaliGemma has never seen borders: it squashes the
// picture into the whole square, and its boxes are fractions of that.

let (width, height) = picture.dimensions();
let longer = width.max(height);
let mut framed = RgbImage::new(longer, longer);
image::imageops::replace(&mut framed, picture, i64::from((longer - width) / 2), i64::from((longer - height) / 2));
let square = squash(&framed, side as u32);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level / 255.0 - mean[channel]) / std[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
