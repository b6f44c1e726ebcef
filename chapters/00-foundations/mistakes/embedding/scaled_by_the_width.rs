// caught by: layers::an_id_selects_its_row
// book: Foundations: the embedding table
//
// You multiply the rows by √d. Gemma does that to its text embeddings, and its chapter will; the table itself gives
// out its rows as they are, since vision models use it, too.

let mut shape = ids.dims().to_vec();
let width = weight.dim(1)?;
shape.push(width);
weight.index_select(&ids.flatten_all()?, 0)?.reshape(shape)? * (width as f64).sqrt() // [.., d]
