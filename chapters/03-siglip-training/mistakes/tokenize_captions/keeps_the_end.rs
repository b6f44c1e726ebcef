// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// Of a long caption you keep the last tokens. That is right for a conversation, where the newest words matter
// most. A caption names its subject first: keep the beginning.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    let excess = row.len().saturating_sub(length);
    row.drain(..excess);
    row.resize(length, tokenizer.special().pad);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
