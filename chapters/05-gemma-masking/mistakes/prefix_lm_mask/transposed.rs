// caught by: mask::a_prefix_is_full_a_suffix_is_causal_padding_is_unseen
// book: Gemma: the prefix-LM mask
//
// Rows and columns have changed places: your prefix sees the answer, and the answer sees neither the prefix nor
// what was written before. A query sees the keys whose sum is not larger than its own: sum[key] <= sum[query].

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[query] <= sums[key] && key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
