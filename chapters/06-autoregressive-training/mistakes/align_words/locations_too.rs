// caught by: alignment::only_ordinary_words_change
// book: Learning to answer: words start where phase one left them
//
// You begin at the first location. The text tower has never read `<loc0000>` and its neighbours; the decoder's
// rows for them know their order already, and yours would wipe it out. Ordinary words begin behind the last
// location.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = special.first_location;
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
let rows = normalise(&particular)?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
