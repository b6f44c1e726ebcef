// caught by: boxes::the_edges_are_the_first_and_the_last_bin
// book: Learning to answer: boxes as words
//
// You cut off instead of rounding. Every box is then up to a whole bin too far left and up, and reading and
// writing drift.

(fraction.clamp(0.0, 1.0) * (LOCATION_BINS - 1) as f32) as u32
