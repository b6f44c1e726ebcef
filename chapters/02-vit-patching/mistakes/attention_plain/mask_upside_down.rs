// caught by: attention::allowing_everything_is_no_mask
// book: Reading pictures: who may look at whom
//
// You forbid what is allowed: here 1 means *may look*. (Some libraries have it the other way round, with `true`
// for "masked".)

let query = query.transpose(1, 2)?.contiguous()?; // [b, heads, t_q, d_head]
let key = key.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let value = value.transpose(1, 2)?.contiguous()?; // [b, heads, t_k, d_head]
let mut scores = (query.matmul(&key.t()?)? * scale)?; // [b, heads, t_q, t_k]
if let Some(allowed) = allowed {
    scores = forbid(&scores, &allowed.eq(0u8)?)?;
}
ops::softmax(&scores)?.matmul(&value)?.transpose(1, 2)?.contiguous()
