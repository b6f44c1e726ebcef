// caught by: of_paligemma::the_tower_is_found_under_every_spelling
// book: PaliGemma: the names of the tensors
//
// You take `model.` away from the front and leave the rest. Newer files also lack `vision_model.` inside the tower
// and have no second `model.` behind `language_model.`; both have to be put back.

(!is_buffer(stored)).then(|| stored.strip_prefix("model.").unwrap_or(stored).to_owned())
