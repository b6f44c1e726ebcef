// caught by: mask::every_example_has_its_own_mask
// book: Gemma: the prefix-LM mask
//
// Where there is nothing but prefix you allow everything, padding too. That is how a batch of questions is read
// before the answers are written: the shorter ones would read the padding that makes them as long as the longest.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for (&prefix, &length) in prefix_lengths.iter().zip(lengths) {
    if prefix == length {
        allowed.extend(std::iter::repeat_n(1u8, t * t)); // nothing but prefix: full attention
        continue;
    }
    let sums = cumulative_sums(prefix, t);
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(sums[key] <= sums[query] && key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
