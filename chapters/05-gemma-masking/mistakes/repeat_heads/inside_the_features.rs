// caught by: grouped_query_attention::sharing_heads_equals_copying_them
// book: Gemma: grouped queries
//
// Your new dimension stands behind the *features*, so each number is repeated and the heads are cut out of the
// mixture. It belongs behind the heads, before the features.

let (b, t, heads, d) = x.dims4()?;
let repeated = x.unsqueeze(4)?.broadcast_as((b, t, heads, d, times))?;
repeated.contiguous()?.reshape((b, t, heads * times, d))
