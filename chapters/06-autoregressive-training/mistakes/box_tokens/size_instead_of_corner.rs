// caught by: boxes::y_comes_before_x
// book: Learning to answer: boxes as words
//
// The last two of yours are height and width, as COCO has them. PaliGemma's are the lower right corner.

[bounds.y_min, bounds.x_min, bounds.y_max - bounds.y_min, bounds.x_max - bounds.x_min]
    .map(|c| location_token(coordinate_to_bin(c)))
    .concat()
