// caught by: alignment::words_start_as_their_meanings
// book: Learning to answer: words start where phase one left them
//
// You keep what all words have in common. It is most of a caption's vector, so that all words look nearly alike,
// and the decoder would first have to find out what tells them apart. Take away the mean over the words.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location + LOCATION_BINS; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let rows = normalise(&meanings)?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
