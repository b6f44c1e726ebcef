// caught by: recall::scores_that_are_not_numbers_find_nothing
// book: Contrastive losses: recall@k
//
// You look whether the *right* score is a number, and that makes a model that has broken down altogether find nothing.
// But a single wrong score that is not a number still compares as false, and counts as the lowest. Nobody knows how
// high it should be: count it as the highest.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(f64::NAN, f64::max); // NaN when none is a number
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
!best_right.is_nan() && wrong.filter(|(_, score)| **score >= best_right).count() < k
