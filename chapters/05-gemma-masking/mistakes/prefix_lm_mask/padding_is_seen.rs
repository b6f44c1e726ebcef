// caught by: mask::a_prefix_is_full_a_suffix_is_causal_padding_is_unseen
// book: Gemma: the prefix-LM mask
//
// Padding can be seen. Rows of a batch are padded to the longest, so what an example answers would depend on its
// neighbours: the key must lie below the example's own length.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for &prefix in prefix_lengths {
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[key] <= sums[query])));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
