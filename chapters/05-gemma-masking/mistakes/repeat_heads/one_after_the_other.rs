// caught by: grouped_query_attention::every_head_is_repeated_in_a_row
// book: Gemma: grouped queries
//
// You repeat the whole row of heads: A B A B A B. Then neighbouring query heads ask different keys, and a
// checkpoint's heads are dealt out wrongly: it is A A A B B B.

let copies = vec![x; times];
Tensor::cat(&copies, 2)
