// caught by: attention::scores_of_ten_thousand_stay_finite
// book: Reading pictures: attention
//
// You raise e to the scores and divide by the sum. Above 88 that is ∞/∞ in f32. `ops::softmax` subtracts each
// row's largest score first, which changes nothing in the result.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = forbid(&scores, allowed)?;
}
let weights = scores.exp()?;
let weights = weights.broadcast_div(&weights.sum_keepdim(3)?)?; // [b, heads, t_q, t_k]
weights.matmul(&value)?.transpose(1, 2)?.contiguous()
