// caught by: mask::nobody_looks_at_nothing
// book: Gemma: the prefix-LM mask
//
// With < instead of <= no token sees itself, and the prefix sees nobody at all: a softmax over nothing. A token
// may always look at itself.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[key] < sums[query] && key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
