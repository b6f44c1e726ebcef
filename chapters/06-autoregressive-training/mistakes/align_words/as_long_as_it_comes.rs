// caught by: alignment::words_start_as_their_meanings
// book: Learning to answer: words start where phase one left them
//
// You do not bring the rows back to length one. Without the common part little is left of them, and
// `Decoder::embed` expects rows of the length of random ones: your words would be whispered.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location + LOCATION_BINS; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
let rows = particular.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
