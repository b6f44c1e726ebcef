// caught by: boxes::exchanging_x_and_y_is_noticed
// book: Learning to answer: boxes as words
//
// You read x before y. What was written as y_min, x_min, y_max, x_max has to be read in that order.

let mut rest = part.trim();
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
    rest = after.trim_start();
}
let [x_min, y_min, x_max, y_max] = coordinates;
let is_name = !rest.is_empty() && !rest.starts_with("<loc");
is_name.then(|| (rest.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
