// caught by: alignment::another_width_is_refused
// book: Learning to answer: words start where phase one left them
//
// You do not compare the widths of text tower and decoder. When they differ it still fails, somewhere inside, with
// shapes that tell nobody what to change. `check_widths` says it in words.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location + LOCATION_BINS; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
let rows = normalise(&particular)?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
