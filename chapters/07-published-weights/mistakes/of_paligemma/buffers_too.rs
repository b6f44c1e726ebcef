// caught by: of_paligemma::what_is_no_parameter_has_no_name
// book: PaliGemma: the names of the tensors
//
// You give `position_ids` a name. It holds 0, 1, 2, … for code that looks positions up; no module of ours asks for
// it, and the folder would be refused because of a tensor that is left over.

let name = stored.strip_prefix("model.").unwrap_or(stored);
Some(match name.split_once('.') {
    Some(("vision_tower", rest)) => below(VISION_PREFIX, rest.strip_prefix("vision_model.").unwrap_or(rest)),
    Some(("language_model", rest)) if rest.starts_with("lm_head.") => name.to_owned(),
    Some(("language_model", rest)) => below(DECODER_PREFIX, rest.strip_prefix("model.").unwrap_or(rest)),
    Some(("lm_head", _)) => below("language_model", name),
    _ => name.to_owned(),
})
