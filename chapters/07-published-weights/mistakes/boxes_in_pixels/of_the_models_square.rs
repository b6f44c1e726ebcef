// caught by: boxes_in_pixels::each_side_has_its_own_length
// book: PaliGemma: boxes in pixels
//
// You give pixels of the square of 224 that the model saw. Whoever asked wants them in the picture that they gave.

let pixel = |fraction: f32, _side: u32| (fraction * 224.0).round() as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) }
});
in_pixels.collect()
