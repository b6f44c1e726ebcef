// caught by: merge::gradients_match_finite_differences
// book: Between picture and words: image tokens among words
//
// You detach the words. The decoder reads them, and no gradient comes back to the table: as far as this way goes,
// words stay what they were. Gradients have to flow into words and image tokens alike.

let (b, n, d) = image_features.dims3()?;
let rows = ids.to_vec2::<u32>()?;
let t = ids.dim(1)?;
let mut sources = Vec::with_capacity(b * t);
for (row, tokens) in rows.iter().enumerate() {
    let offset = (row * (n + t)) as u32;
    sources.extend(row_sources(row, tokens, n, image_token)?.iter().map(|source| offset + source));
}
let table = Tensor::cat(&[image_features, &text_embeddings.detach()], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok(ops::embedding(&table, &sources)?) // [b, t, d]
