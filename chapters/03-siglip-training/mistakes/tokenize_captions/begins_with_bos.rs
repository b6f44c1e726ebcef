// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You put <bos> in front, as Gemma wants it. SigLIP's text tower has never seen that token: its rows are words and
// padding, and the first word stands at position 0.

let special = tokenizer.special();
let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = vec![special.bos];
    row.extend(tokenizer.encode(caption)?);
    row.resize(length, special.pad);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
