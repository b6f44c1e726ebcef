// caught by: retrieval::a_trained_model_finds_the_captions
// book: Training SigLIP: has it learned anything?
//
// You take caption i to belong to picture i, as in a training batch. The captions of an exhibition are distinct
// and in alphabetical order, and two drawings share one: its labels say which is whose.

let captions: Vec<&str> = exhibition.captions.iter().map(String::as_str).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [m, d]
let similarity = pictures.matmul(&captions.t()?)?; // [n, m]
let labels: Vec<usize> = (0..exhibition.pictures.len()).map(|picture| picture % exhibition.captions.len()).collect();
Ok(exhibition.retrieval(&similarity, &labels)?)
