// caught by: of_paligemma::published_names_stay_as_they_are
// book: PaliGemma: the names of the tensors
//
// You put `vision_model.` and `model.` in, whether they are there already or not. The published files have them,
// and get them twice.

if is_buffer(stored) {
    return None;
}
let name = stored.strip_prefix("model.").unwrap_or(stored);
Some(match name.split_once('.') {
    Some(("vision_tower", rest)) => below(VISION_PREFIX, rest),
    Some(("language_model", rest)) if rest.starts_with("lm_head.") => name.to_owned(),
    Some(("language_model", rest)) => below(DECODER_PREFIX, rest),
    Some(("lm_head", _)) => below("language_model", name),
    _ => name.to_owned(),
})
