// caught by: text_tower::captions_are_padded_or_cut
// book: Training SigLIP: captions as rows of numbers
//
// You pad to the longest caption of this batch. The tower reads the vector of the last position, so the same
// caption would be read from another place whenever its neighbours change. The length is fixed, for this batch and
// for all others.

let rows = captions.iter().map(|caption| tokenizer.encode(caption)).collect::<std::result::Result<Vec<_>, _>>()?;
let longest = rows.iter().map(Vec::len).max().unwrap_or(length);
let mut ids = Vec::with_capacity(captions.len() * longest);
for mut row in rows {
    row.resize(longest, tokenizer.special().pad);
    ids.extend(row);
}
Ok(Tensor::from_vec(ids, (captions.len(), longest), device)?)
