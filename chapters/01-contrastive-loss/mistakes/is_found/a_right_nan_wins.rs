// caught by: recall::a_right_score_that_is_not_a_number_is_not_found
// book: Contrastive losses: recall@k
//
// `total_cmp` puts NaN above every number, so a right score that is not a number becomes the best there is, and is
// found. It is no evidence: count it as the lowest. `f64::max` passes over it.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).max_by(f64::total_cmp).unwrap_or(f64::NEG_INFINITY);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count() < k
