// caught by: mask::the_algebra_says_what_the_words_say
// book: Gemma: the prefix-LM mask
//
// Everybody sees everything, the answer included. In training the model then reads the next word instead of
// predicting it: its loss falls to nothing, and it has learned nothing.

check_lengths(prefix_lengths, lengths, t)?;
let mut allowed = Vec::with_capacity(lengths.len() * t * t);
for &length in lengths {
    for _query in 0..t {
        allowed.extend((0..t).map(|key| u8::from(key < length)));
    }
}
Ok(Tensor::from_vec(allowed, (lengths.len(), t, t), device)?)
