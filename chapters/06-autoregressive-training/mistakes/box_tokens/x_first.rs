// caught by: boxes::y_comes_before_x
// book: Learning to answer: boxes as words
//
// You write x before y, as most formats do. PaliGemma writes y first: y_min, x_min, y_max, x_max. Exchanged,
// every box is mirrored at the diagonal, and square ones in the middle look right.

[bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|c| location_token(coordinate_to_bin(c))).concat()
