// caught by: attention::equal_values_come_out_unchanged
// book: Reading pictures: attention
//
// Your softmax runs over the queries. Then the weights of a *key* add up to one, and a query may receive a
// multiple of what there is, or next to nothing. Each query divides its attention among the keys.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = forbid(&scores, allowed)?;
}
let weights = ops::softmax(&scores.t()?.contiguous()?)?.t()?.contiguous()?; // [b, heads, t_q, t_k]
weights.matmul(&value)?.transpose(1, 2)?.contiguous()
