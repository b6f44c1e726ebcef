// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You fill with 0. In the course's own tokenizer <pad> has that number, in others it has another, and 0 may be a word.
// Ask the tokenizer: `special().pad`.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    row.resize(length, 0);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
