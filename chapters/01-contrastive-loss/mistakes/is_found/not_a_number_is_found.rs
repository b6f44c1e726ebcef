// caught by: recall::scores_that_are_not_numbers_find_nothing
// book: Contrastive losses: recall@k
//
// Every comparison with NaN is false, so none of the wrong candidates seems to be ahead, and a model that has
// broken down looks perfect. Count a wrong score that is not a number as the highest.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(f64::NEG_INFINITY, f64::max);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| **score >= best_right).count() < k
