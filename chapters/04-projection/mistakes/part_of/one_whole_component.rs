// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// You compare the whole first component for the tower, and only the beginning for the other two:
// `language_model_two.weight` counts as part of the decoder. The first component ends at the first dot, for all
// three.

if name.starts_with("vision_tower.") {
    Some(Self::Vision)
} else if name.starts_with("multi_modal_projector") {
    Some(Self::Projector)
} else if name.starts_with("language_model") {
    Some(Self::Decoder)
} else {
    None
}
