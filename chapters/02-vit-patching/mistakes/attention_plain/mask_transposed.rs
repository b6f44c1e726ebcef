// caught by: attention::every_picture_is_read_with_its_own_mask
// book: Reading pictures: who may look at whom
//
// You read the mask with queries and keys exchanged: a row of `allowed` is a query, and says at which keys it may
// look. Transposed, a causal mask lets every token see what comes after it and hides what came before.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
let scores = match allowed {
    Some(allowed) => forbid(&scores, &allowed.t()?)?,
    None => scores,
};
let mixed = ops::softmax(&scores)?.matmul(&value)?; // [b, heads, t_q, d_head]
mixed.transpose(1, 2)?.contiguous() // [b, t_q, heads, d_head]
