// caught by: prompt::a_paligemma_prompt_is_laid_out
// book: Between picture and words: the order of things
//
// You begin with `<bos>`, as texts usually do. In PaliGemma the picture comes first, and `<bos>` begins the prompt
// behind it. With published weights every image token would stand one place too far to the right.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.bos];
ids.resize(1 + image_tokens, special.image);
ids.extend_from_slice(prefix);
ids.push(special.newline);
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
