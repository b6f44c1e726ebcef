// caught by: recall::any_right_candidate_will_do
// book: Contrastive losses: recall@k
//
// You look at the first right candidate only. There may be several (two pictures of a dog for the word "dog"), and
// the best of them decides.

let right = scores.iter().enumerate().find(|(candidate, _)| is_right(*candidate));
let best_right = right.map_or(f64::NEG_INFINITY, |(_, &score)| if score.is_nan() { f64::NEG_INFINITY } else { score });
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count() < k
