// caught by: boxes::y_comes_before_x
// book: Learning to answer: boxes as words
//
// You write the number of a bin as short as it is. The words of the vocabulary have four digits each, `<loc0007>`:
// anything else is cut into letters, and the model reads no place at all. `location_token` writes them.

[bounds.y_min, bounds.x_min, bounds.y_max, bounds.x_max].map(|c| format!("<loc{}>", coordinate_to_bin(c))).concat()
