// caught by: boxes_in_pixels::exchanged_corners_are_put_in_order
// book: PaliGemma: boxes in pixels
//
// You trust the model with the order of the corners. Now and then it exchanges two, and whoever subtracts top from
// bottom falls below zero.

let pixel = |fraction: f32, side: u32| (fraction * side as f32).round() as u32;
let found = parse_detections(answer).into_iter(); // names, and boxes as fractions
let in_pixels = found.map(|(name, bounds)| {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    PixelBox { name, top: y1, left: x1, bottom: y2, right: x2 }
});
in_pixels.collect()
