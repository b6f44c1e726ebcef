// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You put the padding in front of the words. Language models that go on writing are padded so when they answer in
// batches; here every word would stand at another position in every caption, and a checkpoint has learned that the
// first word is at position 0.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    row.truncate(length);
    ids.extend(std::iter::repeat_n(tokenizer.special().pad, length - row.len()));
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
