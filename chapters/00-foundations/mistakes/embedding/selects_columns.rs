// caught by: layers::an_id_selects_its_row
// book: Foundations: the embedding table
//
// You select along dimension 1. The table is [vocabulary, d]: a word is a row of it, so the ids select along
// dimension 0.

let mut shape = ids.dims().to_vec();
shape.push(weight.dim(1)?);
weight.index_select(&ids.flatten_all()?, 1)?.reshape(shape) // [.., d]
