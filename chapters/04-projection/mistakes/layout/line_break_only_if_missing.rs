// caught by: prompt::an_answer_follows_the_line_break
// book: Between picture and words: the order of things
//
// You leave the line break out where the prompt already ends with one. It marks the end of the prompt, whatever the
// prompt's last word is: it is a token of its own, always there, and no part of what the user typed.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
if ids.last() != Some(&special.newline) {
    ids.push(special.newline);
}
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
