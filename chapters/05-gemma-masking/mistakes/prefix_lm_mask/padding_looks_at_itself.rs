// caught by: mask::a_prefix_is_full_a_suffix_is_causal_padding_is_unseen
// book: Gemma: the prefix-LM mask
//
// Your padding looks at itself, so that its rows are not empty. Nobody sees padding, padding included: its rows see
// what the last token sees, and are not empty either.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| {
            let is_allowed =
                if query < length { sums[key] <= sums[query] && key < length } else { key == query };
            u8::from(is_allowed)
        }));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
