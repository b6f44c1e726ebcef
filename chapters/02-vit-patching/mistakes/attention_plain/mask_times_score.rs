// caught by: attention::forbidden_tokens_have_no_influence
// book: Reading pictures: who may look at whom
//
// You multiply forbidden scores by 0. But a score of 0 has the weight e⁰ = 1 before normalisation: that is a
// look, and often not the faintest. It takes a very *low* score to have no weight; `forbid` puts one there.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = scores.broadcast_mul(&allowed.unsqueeze(1)?.to_dtype(scores.dtype())?)?;
}
ops::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous()
