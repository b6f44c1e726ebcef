// caught by: boxes_in_pixels::each_side_has_its_own_length
// book: PaliGemma: boxes in pixels
//
// You multiply y by the width and x by the height. y counts rows, so it belongs to the height.

let pixel = |fraction: f32, side: u32| (fraction * side as f32).round() as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, width));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, height));
    PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) }
});
in_pixels.collect()
