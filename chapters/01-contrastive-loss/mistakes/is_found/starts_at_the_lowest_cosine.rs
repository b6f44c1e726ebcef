// caught by: recall::scale_and_bias_change_no_ranking
// book: Contrastive losses: recall@k
//
// Your search for the best right score starts at −1, the lowest cosine. Scores need not be cosines: for logits of −12
// and −15 the right one would count as −1, and beat everything. Start below everything: at −∞.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(-1.0, f64::max);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count() < k
