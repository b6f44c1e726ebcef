// caught by: boxes::corners_are_read_as_they_stand
// book: Learning to answer: boxes as words
//
// You refuse a box whose corners are exchanged. Four locations below 1,024 and a name are a box; what to make of
// the order of its corners is for those who use it (chapter 07 puts them in order).

let mut rest = part.trim();
let mut coordinates = [0f32; 4];
for coordinate in &mut coordinates {
    let (digits, after) = rest.strip_prefix("<loc")?.split_once('>')?;
    *coordinate = bin_to_coordinate(digits.parse().ok().filter(|&bin| bin < LOCATION_BINS)?);
    rest = after.trim_start();
}
let [y_min, x_min, y_max, x_max] = coordinates;
let is_name = !rest.is_empty() && !rest.starts_with("<loc");
let is_box = y_min <= y_max && x_min <= x_max;
(is_name && is_box).then(|| (rest.to_owned(), BoundingBox { y_min, x_min, y_max, x_max }))
