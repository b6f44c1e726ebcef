// caught by: retrieval::a_models_recall_is_what_counting_gives
// book: Training SigLIP: has it learned anything?
//
// You write "a picture of …" before every caption, as is usual with CLIP. This model has read nothing but plain names,
// and a row has room for ten tokens: the sentence takes the place of the name. Embed the exhibition's captions as they
// are.

let captions: Vec<String> = exhibition.captions.iter().map(|caption| format!("a picture of {caption}")).collect();
let captions: Vec<&str> = captions.iter().map(String::as_str).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [m, d]
let similarity = pictures.matmul(&captions.t()?)?; // [n, m]
Ok(exhibition.retrieval(&similarity, &exhibition.labels)?)
