// caught by: attention::every_picture_is_read_with_its_own_mask
// book: Reading pictures: who may look at whom
//
// You give every example the mask of the first. `allowed` is [b or 1, t_q, t_k]: where each example has a mask of its
// own (captions of different length, say), each must be read with its own.

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
let scores = match allowed {
    Some(allowed) => forbid(&scores, &allowed.narrow(0, 0, 1)?)?,
    None => scores,
};
let mixed = ops::softmax(&scores)?.matmul(&value)?; // [b, heads, t_q, d_head]
mixed.transpose(1, 2)?.contiguous() // [b, t_q, heads, d_head]
