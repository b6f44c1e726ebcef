// caught by: retrieval::a_models_recall_is_what_counting_gives
// book: Training SigLIP: has it learned anything?
//
// Your rows are captions and your columns pictures. The labels say for every *picture* which caption is its own,
// so a row must be a picture: [n, d] times [d, m].

let captions: Vec<&str> = exhibition.captions.iter().map(String::as_str).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [m, d]
let similarity = captions.matmul(&pictures.t()?)?; // [m, n]
Ok(exhibition.retrieval(&similarity, &exhibition.labels)?)
