// caught by: recall::ties_count_against_the_right_answer
// book: Contrastive losses: recall@k
//
// You let the right answer win every tie. A model that gives all candidates the same score would then have
// perfect recall, although it has found nothing. Ties count against it.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(f64::NEG_INFINITY, f64::max);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score > best_right).count() < k
