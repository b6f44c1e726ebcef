// caught by: boxes::what_is_no_box_is_left_out
// book: Learning to answer: boxes as words
//
// You look for the first location wherever it stands, and pass over what is before it. `there is a
// <loc…><loc…><loc…><loc…> dog` is not four locations and a name: a part that does not begin with a location is no
// box.

let mut rest = &part[part.find("<loc")?..];
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
    rest = after.trim_start();
}
let [y_min, x_min, y_max, x_max] = coordinates;
let name = rest.trim_end();
let is_name = !name.is_empty() && !name.starts_with("<loc");
is_name.then(|| (name.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
