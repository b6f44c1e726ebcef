// caught by: merge::image_tokens_take_the_placeholders_in_order
// book: Between picture and words: image tokens among words
//
// You put the picture before the sequence, and the placeholders stay where they are. They were kept free for the
// image tokens: the sequence must not get longer.

let (_, n, _) = image_features.dims3()?;
for (row, tokens) in ids.to_vec2::<u32>()?.iter().enumerate() {
    row_sources(row, tokens, n, image_token)?; // the count is right
}
Ok(Tensor::cat(&[image_features, text_embeddings], 1)?) // [b, n + t, d]
