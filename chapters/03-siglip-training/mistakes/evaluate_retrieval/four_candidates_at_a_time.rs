// caught by: retrieval::a_models_recall_is_what_counting_gives
// book: Training SigLIP: has it learned anything?
//
// You let every picture choose among the captions of its own batch of four and average. Among four it is easy to
// be right, and always to be among the first five: recall means nothing without the number of candidates. All
// captions are candidates for every picture.

let captions: Vec<&str> = exhibition.labels.iter().map(|&label| exhibition.captions[label].as_str()).collect();
let pictures = embed_pictures(model, &exhibition.pictures)?; // [n, d]
let captions = embed_captions(model, tokenizer, &captions)?; // [n, d]
let (mut top1, mut top5, mut batches) = (0.0f64, 0.0f64, 0.0f64);
for start in (0..exhibition.pictures.len()).step_by(4) {
    let size = (exhibition.pictures.len() - start).min(4);
    let (seen, asked) = (pictures.narrow(0, start, size)?, captions.narrow(0, start, size)?);
    let similarity = seen.matmul(&asked.t()?)?; // [size, size]
    let labels: Vec<usize> = (0..size).collect();
    top1 += recall_at_k(&similarity, &labels, 1)?.image_to_text;
    top5 += recall_at_k(&similarity, &labels, size)?.image_to_text;
    batches += 1.0;
}
Ok(Retrieval { top1: top1 / batches, top5: top5 / batches, classes: exhibition.captions.len() })
