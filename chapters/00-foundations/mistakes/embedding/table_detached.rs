// caught by: layers::a_row_learns_once_for_every_occurrence
// book: Foundations: the embedding table
//
// You detach the table, and no word ever learns. Looking a row up is differentiable in the table; only the ids have
// no gradient, and they need none.

let mut shape = ids.dims().to_vec();
shape.push(weight.dim(1)?);
weight.detach().index_select(&ids.flatten_all()?, 0)?.reshape(shape) // [.., d]
