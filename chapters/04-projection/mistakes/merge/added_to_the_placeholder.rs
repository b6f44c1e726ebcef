// caught by: merge::image_tokens_enter_unscaled
// book: Between picture and words: image tokens among words
//
// You add an image token to the embedding of its placeholder. The placeholder means nothing: the image token takes
// its place, as it is, and the embedding below it is not seen.

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
let merged = ops::embedding(&table, &sources)?; // [b, t, d]
let is_image = ids.eq(image_token)?.to_dtype(merged.dtype())?.unsqueeze(2)?; // [b, t, 1]
Ok((merged + text_embeddings.broadcast_mul(&is_image)?)?) // [b, t, d]
