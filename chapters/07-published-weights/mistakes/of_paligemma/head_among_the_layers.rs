// caught by: of_paligemma::the_output_head_stands_beside_the_decoder
// book: PaliGemma: the names of the tensors
//
// You sort the output head in with the decoder's layers. It stands beside them, as `language_model.lm_head`, and
// newer files have it at the very top.

if is_buffer(stored) {
    return None;
}
let name = stored.strip_prefix("model.").unwrap_or(stored);
Some(match name.split_once('.') {
    Some(("vision_tower", rest)) => below(VISION_PREFIX, rest.strip_prefix("vision_model.").unwrap_or(rest)),
    Some(("language_model", rest)) => below(DECODER_PREFIX, rest.strip_prefix("model.").unwrap_or(rest)),
    _ => name.to_owned(),
})
