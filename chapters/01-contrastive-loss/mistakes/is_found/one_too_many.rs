// caught by: recall::the_diagonal_decides
// book: Contrastive losses: recall@k
//
// You allow k wrong candidates ahead; then the right one is number k + 1. Among the first k means that *fewer*
// than k are ahead.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(f64::NEG_INFINITY, f64::max);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= best_right).count() <= k
