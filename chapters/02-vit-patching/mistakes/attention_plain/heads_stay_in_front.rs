// caught by: attention::heads_do_not_mix
// book: Reading pictures: attention
//
// You leave the heads in front, [b, heads, t_q, d_head]. They were moved out of the way of the matrix product only;
// the result has the layout of the query, [b, t_q, heads, d_head], so that a reshape can join the heads of a token.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
let scores = match allowed {
    Some(allowed) => forbid(&scores, allowed)?,
    None => scores,
};
ops::softmax(&scores)?.matmul(&value) // [b, heads, t_q, d_head]
