// caught by: attention::forbidden_tokens_have_no_influence
// book: Reading pictures: who may look at whom
//
// `allowed` is not used. Everything looks right as long as everybody may look at everybody; padding, captions
// and answers need it.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
ops::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous()
