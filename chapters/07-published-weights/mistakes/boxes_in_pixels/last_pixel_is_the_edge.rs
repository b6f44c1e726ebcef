// caught by: boxes_in_pixels::the_last_location_is_the_far_edge
// book: PaliGemma: boxes in pixels
//
// You multiply by the side less one, as if an edge were a pixel with a number. An edge lies between pixels: the far
// one is as many pixels away as the picture has, and a box around everything is as wide as the picture.

let pixel = |fraction: f32, side: u32| (fraction * (side - 1) as f32).round() as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) }
});
in_pixels.collect()
