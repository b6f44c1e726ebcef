// caught by: logits::rows_are_pictures_and_columns_are_texts
// book: Contrastive losses: from similarity to evidence
//
// Your matrix has a row per text and a column per picture. For square batches everything seems to work, but
// pictures and texts have changed roles: it is images · textsᵀ.

let cosines = texts.matmul(&images.t()?)?;
let logits = cosines.broadcast_mul(&log_scale.exp()?)?;
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
