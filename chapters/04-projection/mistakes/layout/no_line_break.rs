// caught by: prompt::a_paligemma_prompt_is_laid_out
// book: Between picture and words: the order of things
//
// The line break is missing. Nothing tells the model where the question ends and its answer should begin: "where"
// and "is it" could be a question and an answer, or one question.

reject_placeholder("prompt", prefix, special.image)?;
let mut ids = vec![special.image; image_tokens];
ids.push(special.bos);
ids.extend_from_slice(prefix);
let prefix_length = ids.len();
if let Some(suffix) = suffix {
    reject_placeholder("answer", suffix, special.image)?;
    ids.extend_from_slice(suffix);
    ids.push(special.eos);
}
Ok(Example { ids, prefix_length })
