// caught by: merge::image_tokens_enter_unscaled
// book: Between picture and words: image tokens among words
//
// You multiply the image tokens by √d, as words are. The words' table is small and needs it; what the projector
// gives has its size already. The model would train, and read published weights as noise.

let (b, n, d) = image_features.dims3()?;
let image_features = (image_features * (d as f64).sqrt())?; // [b, n, d]
let rows = ids.to_vec2::<u32>()?;
let t = ids.dim(1)?;
let mut sources = Vec::with_capacity(b * t);
for (row, tokens) in rows.iter().enumerate() {
    let offset = (row * (n + t)) as u32;
    sources.extend(row_sources(row, tokens, n, image_token)?.iter().map(|source| offset + source));
}
let table = Tensor::cat(&[&image_features, text_embeddings], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok(ops::embedding(&table, &sources)?) // [b, t, d]
