// caught by: merge::shapes_that_do_not_fit_are_refused
// book: Between picture and words: image tokens among words
//
// You flatten whatever comes in. With words that are longer than `ids`, every example but the first takes its rows
// from the wrong place of the table, and with more pictures than rows some are left out, without a word. Shapes
// that do not fit are an error: say which shape the table must have.

let (b, t) = ids.dims2()?;
let n = image_features.dim(1)?;
let rows = ids.to_vec2::<u32>()?;
let mut sources = Vec::with_capacity(b * t);
for (row, tokens) in rows.iter().enumerate() {
    let offset = (row * (n + t)) as u32;
    sources.extend(row_sources(row, tokens, n, image_token)?.iter().map(|source| offset + source));
}
let table = Tensor::cat(&[image_features, text_embeddings], 1)?.flatten_to(1)?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok(ops::embedding(&table, &sources)?) // [b, t, d]
