// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// You accept a name without a dot. A tensor that is called just `vision_tower` is no parameter below that module: take
// the name apart at the first dot, and without one it belongs to no part.

match name.split('.').next()? {
    "vision_tower" => Some(Self::Vision),
    "multi_modal_projector" => Some(Self::Projector),
    "language_model" => Some(Self::Decoder),
    _ => None,
}
