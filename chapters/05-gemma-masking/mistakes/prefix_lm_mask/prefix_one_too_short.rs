// caught by: mask::a_prefix_is_full_a_suffix_is_causal_padding_is_unseen
// book: Gemma: the prefix-LM mask
//
// Your prefix ends one token early: the line break after the prompt, its last token, is seen by the answer only.
// It belongs to the prefix, and the whole prefix sees it.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    let sums = cumulative_sums(prefix.saturating_sub(1), t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[key] <= sums[query] && key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
