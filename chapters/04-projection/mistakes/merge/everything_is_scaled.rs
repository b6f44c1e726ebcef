// caught by: merge::words_pass_unchanged
// book: Between picture and words: image tokens among words
//
// You multiply the merged sequence by √d. The words have been multiplied before they came here, so they get it
// twice, and the image tokens should not get it at all.

let (b, n, d) = image_features.dims3()?;
let rows = ids.to_vec2::<u32>()?;
let t = ids.dim(1)?;
let mut sources = Vec::with_capacity(b * t);
for (row, tokens) in rows.iter().enumerate() {
    let offset = (row * (n + t)) as u32;
    sources.extend(row_sources(row, tokens, n, image_token)?.iter().map(|source| offset + source));
}
let table = Tensor::cat(&[image_features, text_embeddings], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok((ops::embedding(&table, &sources)? * (d as f64).sqrt())?) // [b, t, d]
