// caught by: boxes::what_is_no_box_is_left_out
// book: Learning to answer: boxes as words
//
// You take any number for a bin. There are 1024 of them, 0 to 1023; a place beyond the picture is no place.

let mut rest = part.trim();
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok()?);
    rest = after.trim_start();
}
let [y_min, x_min, y_max, x_max] = coordinates;
let is_name = !rest.is_empty() && !rest.starts_with("<loc");
is_name.then(|| (rest.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
