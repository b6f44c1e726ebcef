// caught by: of_paligemma::published_names_stay_as_they_are
// book: PaliGemma: the names of the tensors
//
// You remove `model.` wherever it stands. It is also the end of `vision_model.` and of our own
// `language_model.model.`; only the one in front of the whole name is superfluous.

(!is_buffer(stored)).then(|| stored.replace("model.", ""))
