// caught by: of_paligemma::what_is_unknown_keeps_its_name
// book: PaliGemma: the names of the tensors
//
// You give no name to what you do not know. A tensor of somebody's adapter, or of a part that this model has not,
// is then passed over in silence, and the folder is taken for a good one. Only buffers have no name; what is
// unknown keeps its own, so that somebody can complain about it.

if is_buffer(stored) {
    return None;
}
let name = stored.strip_prefix("model.").unwrap_or(stored);
Some(match name.split_once('.')? {
    ("vision_tower", rest) => below(VISION_PREFIX, rest.strip_prefix("vision_model.").unwrap_or(rest)),
    ("language_model", rest) if rest.starts_with("lm_head.") => name.to_owned(),
    ("language_model", rest) => below(DECODER_PREFIX, rest.strip_prefix("model.").unwrap_or(rest)),
    ("lm_head", _) => below("language_model", name),
    ("multi_modal_projector", _) => name.to_owned(),
    _ => return None,
})
