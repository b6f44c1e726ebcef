// caught by: boxes::what_is_no_box_is_left_out
// book: Learning to answer: boxes as words
//
// Behind the four locations you take anything for a name, also a fifth location. A name does not begin with
// `<loc`.

let mut rest = part.trim();
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
    rest = after.trim_start();
}
let [y_min, x_min, y_max, x_max] = coordinates;
let is_name = !rest.is_empty();
is_name.then(|| (rest.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
