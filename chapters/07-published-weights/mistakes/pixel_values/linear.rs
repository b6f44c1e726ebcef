// caught by: pixel_values::the_python_imaging_library_squashes_alike
// book: PaliGemma: the pixels that the weights expect
//
// You resize with a linear filter, the default of many libraries. It looks alike, and edges are softer than the
// weights are used to.

let (side_in_pixels, filter) = (side as u32, image::imageops::FilterType::Triangle);
let square = image::imageops::resize(picture, side_in_pixels, side_in_pixels, filter);
let mut values = Vec::with_capacity(3 * side * side);
for channel in 0..3 {
    let levels = square.pixels().map(|pixel| f32::from(pixel.0[channel]));
    values.extend(levels.map(|level| (level / 255.0 - mean[channel]) / std[channel]));
}
Tensor::from_vec(values, (3, side, side), &Device::Cpu) // [3, side, side]
