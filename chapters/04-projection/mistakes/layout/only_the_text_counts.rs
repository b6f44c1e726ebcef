// caught by: prompt::an_answer_follows_the_line_break
// book: Between picture and words: the order of things
//
// You count the prompt and leave out the picture. The prefix is everything that is given, image tokens included:
// with your number the mask would close, and the loss begin, in the middle of the picture.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
ids.push(special.newline);
let prefix_length = ids.len() - image_tokens;
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
