// caught by: merge::a_picture_touches_its_own_places_only
// book: Between picture and words: image tokens among words
//
// You find the places of the first example and use them for all of them. Every example has its own arrangement:
// where the placeholders of a row stand, only its own `ids` say.

let (b, n, d) = image_features.dims3()?;
let rows = ids.to_vec2::<u32>()?;
let t = ids.dim(1)?;
let mut places = Vec::with_capacity(b); // where each example's tokens come from
for (row, tokens) in rows.iter().enumerate() {
    places.push(row_sources(row, tokens, n, image_token)?);
}
let mut sources = Vec::with_capacity(b * t);
for row in 0..b {
    let offset = (row * (n + t)) as u32;
    sources.extend(places[0].iter().map(|source| offset + source));
}
let table = Tensor::cat(&[image_features, text_embeddings], 1)?.reshape((b * (n + t), d))?; // [b·(n + t), d]
let sources = Tensor::from_vec(sources, (b, t), ids.device())?; // [b, t]
Ok(ops::embedding(&table, &sources)?) // [b, t, d]
