// caught by: alignment::words_start_as_their_meanings
// book: Learning to answer: words start where phase one left them
//
// You divide by √d because the decoder multiplies by it. The table's *numbers* have size 1/√d, so its *rows* have
// length one already: dividing once more makes them too short.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location + LOCATION_BINS; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
let width = table.dim(1)? as f64;
let rows = (normalise(&particular)? / width.sqrt())?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
