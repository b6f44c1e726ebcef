// caught by: merge::a_picture_touches_its_own_places_only
// book: Between picture and words: image tokens among words
//
// Every example takes its rows from the beginning of the table, where the first example's picture and words stand.
// The rows of example number `row` begin at row·(n + t).

let (b, n, d) = image_features.dims3()?;
let rows = ids.to_vec2::<u32>()?;
let t = ids.dim(1)?;
let mut sources = Vec::with_capacity(b * t);
for (row, tokens) in rows.iter().enumerate() {
    sources.extend(row_sources(row, tokens, n, image_token)?);
}
let table = Tensor::cat(&[image_features, text_embeddings], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok(ops::embedding(&table, &sources)?) // [b, t, d]
