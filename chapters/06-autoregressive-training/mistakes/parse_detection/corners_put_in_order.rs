// caught by: boxes::corners_are_read_as_they_stand
// book: Learning to answer: boxes as words
//
// You put the corners in order while reading. What the model wrote is y_min, x_min, y_max, x_max, in this order: a
// box that it has turned inside out has no area, and an examiner that is handed a mended one counts a hit that was
// none.

let mut rest = part.trim();
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
    rest = after.trim_start();
}
let [y1, x1, y2, x2] = coordinates;
let bounds = BoundingBox { y_min: y1.min(y2), x_min: x1.min(x2), y_max: y1.max(y2), x_max: x1.max(x2) };
let is_name = !rest.is_empty() && !rest.starts_with("<loc");
is_name.then(|| (rest.to_owned(), bounds))
