// caught by: boxes_in_pixels::an_edge_is_at_most_half_a_pixel_away
// book: PaliGemma: boxes in pixels
//
// You cut off instead of rounding. Every box drifts up and to the left by half a pixel on average.

let pixel = |fraction: f32, side: u32| (fraction * side as f32) as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) }
});
in_pixels.collect()
