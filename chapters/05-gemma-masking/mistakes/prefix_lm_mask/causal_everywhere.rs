// caught by: mask::a_prefix_is_full_a_suffix_is_causal_padding_is_unseen
// book: Gemma: the prefix-LM mask
//
// Your mask is causal from the first token on, as in a plain language model. The picture and the prompt read one
// another in both directions: the upper left corner of a picture may look at the question.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for &length in lengths {
    for query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(key <= query && key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
