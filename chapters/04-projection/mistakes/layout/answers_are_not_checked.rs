// caught by: prompt::a_placeholder_in_the_text_is_refused
// book: Between picture and words: the order of things
//
// You check the prompt and trust the answer. A placeholder in it would be taken for a place of the picture, and
// the complaint would come much later, from the merge.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
ids.push(special.newline);
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
