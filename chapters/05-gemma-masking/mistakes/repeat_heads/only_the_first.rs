// caught by: grouped_query_attention::every_head_is_repeated_in_a_row
// book: Gemma: grouped queries
//
// Everybody asks the first key/value head. That is multi-query attention: right for Gemma 2B, which has only
// one, and wrong wherever there are more.

let (b, t, heads, d) = x.dims4()?;
x.narrow(2, 0, 1)?.broadcast_as((b, t, heads * times, d))?.contiguous()
