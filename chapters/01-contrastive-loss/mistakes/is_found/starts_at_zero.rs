// caught by: recall::negative_scores_are_scores
// book: Contrastive losses: recall@k
//
// Your search for the best right score starts at 0, so a negative one counts as 0, which beats every negative
// wrong score. Start below everything: at −∞.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(0.0, f64::max);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count() < k
