// caught by: prompt::an_answer_follows_the_line_break
// book: Between picture and words: the order of things
//
// You close the prefix before the line break. Then the model has to predict the line break, which it is always
// given, and when it is asked something the prefix is another one than in training.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
let prefix_length = ids.len();
ids.push(special.newline);
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
