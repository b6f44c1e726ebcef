// caught by: retrieval::a_trained_model_finds_the_captions
// book: Training SigLIP: has it learned anything?
//
// You hand over squared distances, |x − y|² = 2 − 2·cos. Of distances the smallest is the best, but recall looks
// for the largest score, and so it finds the caption that fits least.

let captions: Vec<&str> = exhibition.captions.iter().map(String::as_str).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [m, d]
let distance = pictures.matmul(&captions.t()?)?.affine(-2.0, 2.0)?; // [n, m]
Ok(exhibition.retrieval(&distance, &exhibition.labels)?)
