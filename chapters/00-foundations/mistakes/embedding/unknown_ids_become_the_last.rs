// caught by: layers::an_id_outside_of_the_vocabulary_is_an_error
// book: Foundations: the embedding table
//
// You turn ids beyond the vocabulary into the last word. A tokenizer that does not fit the model should be found out
// at its first token and not after a week of training: let `index_select` refuse them.

let mut shape = ids.dims().to_vec();
shape.push(weight.dim(1)?);
let known = ids.flatten_all()?.minimum((weight.dim(0)? - 1) as u32)?;
weight.index_select(&known, 0)?.reshape(shape) // [.., d]
