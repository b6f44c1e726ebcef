// caught by: merge::image_tokens_take_the_placeholders_in_order
// book: Between picture and words: image tokens among words
//
// You write the picture over the first n places, whatever stands there. That is right for PaliGemma's own layout
// only, and nobody notices when the number of places is wrong. `ids` says where they are.

let (_, n, _) = image_features.dims3()?;
let t = ids.dim(1)?;
let words = text_embeddings.narrow(1, n, t - n)?; // [b, t − n, d]
Ok(Tensor::cat(&[image_features, &words], 1)?) // [b, t, d]
