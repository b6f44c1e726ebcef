// caught by: boxes_in_pixels::every_box_has_its_name
// book: PaliGemma: boxes in pixels
//
// You keep one box for each name, so that of three dogs one is left. Every box of the answer is one: names may
// repeat.

let pixel = |fraction: f32, side: u32| (fraction * side as f32).round() as u32;
let mut boxes: Vec<PixelBox> = Vec::new();
for (name, bounds) in parse_detections(answer) {
    let [y1, y2] = [bounds.y_min, bounds.y_max].map(|y| pixel(y, height));
    let [x1, x2] = [bounds.x_min, bounds.x_max].map(|x| pixel(x, width));
    if boxes.iter().all(|other| other.name != name) {
        boxes.push(PixelBox { name, top: y1.min(y2), left: x1.min(x2), bottom: y1.max(y2), right: x1.max(x2) });
    }
}
boxes
