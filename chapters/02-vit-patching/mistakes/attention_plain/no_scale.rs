// caught by: attention::two_tokens_by_hand
// book: Reading pictures: why 1/√d
//
// You do not use `scale`. Scores grow with the number of features; unscaled, softmax picks one key and is deaf
// to all others, and no gradient reaches them.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = query.matmul(&key.t()?)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = forbid(&scores, allowed)?;
}
ops::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous()
