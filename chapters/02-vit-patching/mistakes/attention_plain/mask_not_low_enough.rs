// caught by: attention::forbidden_tokens_have_no_influence
// book: Reading pictures: who may look at whom
//
// You lower forbidden scores by ten. A token that shouts loud enough is heard all the same: the score has to be
// *replaced* by one that is low beyond all others, as `forbid` does.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = scores.broadcast_add(&allowed.unsqueeze(1)?.to_dtype(scores.dtype())?.affine(10.0, -10.0)?)?;
}
ops::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous()
