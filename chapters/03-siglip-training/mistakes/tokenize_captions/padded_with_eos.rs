// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You fill the row with <eos>. That token says that an answer has ended; what fills a row has a token of its own,
// <pad>, number 0, and the last position, which becomes the caption's vector, mostly holds it.

let mut ids = Vec::with_capacity(captions.len() * length);
for caption in captions {
    let mut row = tokenizer.encode(caption)?;
    row.resize(length, tokenizer.special().eos);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), length), device)?)
