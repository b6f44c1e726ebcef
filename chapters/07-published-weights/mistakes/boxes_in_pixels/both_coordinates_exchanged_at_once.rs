// caught by: boxes_in_pixels::an_edge_is_at_most_half_a_pixel_away
// book: PaliGemma: boxes in pixels
//
// Where top and bottom are exchanged you exchange left and right with them. A model may mix up the one and not the
// other: put each pair in order for itself.

let pixel = |fraction: f32, side: u32| (fraction * side as f32).round() as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    if y1 > y2 {
        PixelBox { name, top: y2, left: x2, bottom: y1, right: x1 }
    } else {
        PixelBox { name, top: y1, left: x1, bottom: y2, right: x2 }
    }
});
in_pixels.collect()
