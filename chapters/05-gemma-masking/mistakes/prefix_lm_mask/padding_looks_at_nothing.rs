// caught by: mask::nobody_looks_at_nothing
// book: Gemma: the prefix-LM mask
//
// Your padding looks at nobody, since nobody asks it anything. But its rows are computed all the same, and a softmax
// over nothing mixes everything evenly, or is 0/0. Nobody sees padding; padding itself sees what the last token sees.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[key] <= sums[query] && key < length && query < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
