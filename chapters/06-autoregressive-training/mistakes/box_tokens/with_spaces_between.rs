// caught by: boxes::y_comes_before_x
// book: Learning to answer: boxes as words
//
// You put spaces between the four tokens. In PaliGemma's answers they follow one another directly, and only the
// name has a space before it: a space is a token, too, or part of one.

[bounds.y_min, bounds.x_min, bounds.y_max, bounds.x_max].map(|c| location_token(coordinate_to_bin(c))).join(" ")
