// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// Short captions are filled, but long ones stay long, and then the numbers do not fit into a rectangle. A user may
// type anything; cut what is beyond the length.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    while row.len() < length {
        row.push(tokenizer.special().pad);
    }
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
