// caught by: prompt::an_answer_follows_the_line_break
// book: Between picture and words: the order of things
//
// You leave `<eos>` out where the answer seems to have one already. The suffix is the answer and `<eos>`, whatever the
// answer holds: what comes in is text, and only the last token, which you put there, is the end.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
ids.push(special.newline);
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    if suffix.last() != Some(&special.eos) {
        ids.push(special.eos);
    }
}
Ok(Example { ids, prefix_length })
