// caught by: boxes::the_edges_are_the_first_and_the_last_bin
// book: Learning to answer: boxes as words
//
// What lies outside of the picture gets a word that does not exist. Move it to the edge first.

(fraction.max(0.0) * (LOCATION_BINS - 1) as f32).round() as u32
