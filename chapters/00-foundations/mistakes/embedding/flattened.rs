// caught by: layers::an_id_selects_its_row
// book: Foundations: the embedding table
//
// You return one long list of rows. Ids of shape [batch, positions] become [batch, positions, d]: give the shape of
// the ids back.

weight.index_select(&ids.flatten_all()?, 0) // [ids, d]
