// caught by: recall::pictures_may_share_a_text
// book: Contrastive losses: recall@k
//
// You ask that *all* right candidates be among the first k. The question is whether one is: somebody who
// searches for "dog" and sees one dog has found it.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let worst_right = right.map(|(_, &score)| if score.is_nan() { f64::NEG_INFINITY } else { score }).fold(f64::INFINITY, f64::min);
let wrong = scores.iter().enumerate().filter(|(candidate, _)| !is_right(*candidate));
wrong.filter(|(_, score)| score.is_nan() || **score >= worst_right).count() < k
