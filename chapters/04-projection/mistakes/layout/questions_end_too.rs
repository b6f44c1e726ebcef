// caught by: prompt::asking_is_training_without_the_answer
// book: Between picture and words: the order of things
//
// You put `<eos>` behind every sequence, with an answer or without. A question that ends leaves nothing to be
// said: `<eos>` belongs to the answer, and without one the line break comes last.

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
ids.push(special.eos);
Ok(Example { ids, prefix_length })
