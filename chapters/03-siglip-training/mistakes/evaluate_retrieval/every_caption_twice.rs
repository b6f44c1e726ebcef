// caught by: retrieval::a_models_recall_is_what_counting_gives
// book: Training SigLIP: has it learned anything?
//
// You list a caption for every picture, so a thing that two artists have drawn is among the candidates twice, and
// its own copy is counted as a wrong answer that does as well. The candidates are the distinct captions.

let captions: Vec<&str> = exhibition.labels.iter().map(|&label| exhibition.captions[label].as_str()).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [n, d]
let similarity = pictures.matmul(&captions.t()?)?; // [n, n]
let labels: Vec<usize> = (0..exhibition.pictures.len()).collect();
Ok(exhibition.retrieval(&similarity, &labels)?)
