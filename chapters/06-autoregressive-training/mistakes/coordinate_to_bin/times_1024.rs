// caught by: boxes::the_edges_are_the_first_and_the_last_bin
// book: Learning to answer: boxes as words
//
// You multiply by 1024, the number of words, and the right edge falls off the end. The words are numbered from
// 0, so the last is 1023.

(fraction.clamp(0.0, 1.0) * LOCATION_BINS as f32).round() as u32
