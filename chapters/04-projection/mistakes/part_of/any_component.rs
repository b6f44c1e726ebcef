// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// You take any component of the name for the part. `average.vision_tower.post_layernorm.weight` is no parameter of
// the tower: the *first* component says whose it is, and what stands behind it does not matter.

name.split('.').find_map(|component| match component {
    "vision_tower" => Some(Self::Vision),
    "multi_modal_projector" => Some(Self::Projector),
    "language_model" => Some(Self::Decoder),
    _ => None,
})
