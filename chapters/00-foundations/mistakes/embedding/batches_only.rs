// caught by: layers::an_id_selects_its_row
// book: Foundations: the embedding table
//
// You give the shape back to ids of [batch, positions] alone. Ids of any other shape come out as one long list of
// rows; a single id should give a single row, [d], and [a, b, c] should give [a, b, c, d].

let rows = weight.index_select(&ids.flatten_all()?, 0)?; // [ids, d]
match ids.dims() {
    &[batch, positions] => rows.reshape((batch, positions, weight.dim(1)?)), // [batch, positions, d]
    _ => Ok(rows),
}
