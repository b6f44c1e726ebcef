// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You keep the last place of every row free for <pad>, so that the tower always gathers at the same token. SigLIP
// takes the last place whatever stands there; a long caption keeps as many tokens as the row has.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    row.truncate(length - 1);
    row.resize(length, tokenizer.special().pad);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
