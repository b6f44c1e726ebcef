// caught by: boxes::y_comes_before_x
// book: Learning to answer: boxes as words
//
// You write both ys and then both xs. It goes corner by corner: the upper left one (y, x), then the lower right
// one (y, x).

[bounds.y_min, bounds.y_max, bounds.x_min, bounds.x_max].map(|c| location_token(coordinate_to_bin(c))).concat()
