// caught by: boxes::a_bin_is_at_most_half_a_bin_away
// book: Learning to answer: boxes as words
//
// You cut the picture into 1,024 strips of the same width and number them. Then a bin stands for a strip, and
// reading it back as bin / 1023 is off by up to a whole one. Here a bin is the nearest of 1,024 *places*, the first
// and the last at the edges.

((fraction.clamp(0.0, 1.0) * LOCATION_BINS as f32) as u32).min(LOCATION_BINS - 1)
