// caught by: recall::a_small_table_by_hand
// book: Contrastive losses: recall@k
//
// You count the right candidate among those that are ahead of it. Then recall@1 is always 0: compare with the
// *wrong* candidates only.

let right = scores.iter().enumerate().filter(|(candidate, _)| is_right(*candidate));
let best_right = right.map(|(_, &score)| score).fold(f64::NEG_INFINITY, f64::max);
scores.iter().filter(|score| score.is_nan() || **score >= best_right).count() < k
