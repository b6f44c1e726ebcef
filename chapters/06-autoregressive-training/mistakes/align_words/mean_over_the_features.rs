// caught by: alignment::words_start_as_their_meanings
// book: Learning to answer: words start where phase one left them
//
// You take away the mean over the *features* of each word, as layer normalisation does. What all words have in
// common is a vector: the mean over the words, dimension 0.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location + LOCATION_BINS; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(1)?)?; // [words, d]
let rows = normalise(&particular)?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
