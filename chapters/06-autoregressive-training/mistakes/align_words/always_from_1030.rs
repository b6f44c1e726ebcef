// caught by: alignment::only_ordinary_words_change
// book: Learning to answer: words start where phase one left them
//
// Your words begin at 1030, as in the course's own tokenizer. PaliGemma's locations begin at 256,000: you would
// overwrite nearly all of its words, special tokens and locations. `special` says where they begin.

let name = format!("{DECODER_PREFIX}.embed_tokens.weight");
let table = params.get(&name)?.detach(); // [vocabulary, d]
check_widths(dual, table.dim(1)?)?;
check_vocabularies(dual, table.dim(0)?)?;
let first = 1030; // the first ordinary word
let words: Vec<u32> = (first..table.dim(0)? as u32).collect();
let meanings = meanings(dual, special, &words)?; // [words, d]
let particular = meanings.broadcast_sub(&meanings.mean_keepdim(0)?)?; // [words, d]
let rows = normalise(&particular)?.to_dtype(table.dtype())?; // [words, d]
params.set(&name, &Tensor::cat(&[&table.narrow(0, 0, first as usize)?, &rows], 0)?)
