// caught by: attention::forbidden_tokens_have_no_influence
// book: Reading pictures: who may look at whom
//
// You mask the weights after the softmax, so those of a row no longer add up to one: a token that sees little
// receives little. Forbid the *scores*, before the softmax divides what there is.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
let mut weights = ops::softmax(&scores)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    weights = weights.broadcast_mul(&allowed.unsqueeze(1)?.to_dtype(scores.dtype())?)?;
}
weights.matmul(&value)?.transpose(1, 2)?.contiguous()
