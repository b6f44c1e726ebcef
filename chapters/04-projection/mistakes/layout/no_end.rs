// caught by: prompt::an_empty_answer_is_an_end_of_sequence
// book: Between picture and words: the order of things
//
// The answer has no `<eos>`. The model learns how answers begin and go on, and never that they end: when it is
// asked, it writes until it is stopped.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
ids.push(special.newline);
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
}
Ok(Example { ids, prefix_length })
