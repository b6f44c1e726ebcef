// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// What is neither tower nor projector counts as decoder. Some parameters belong to no part, the contrastive
// temperature `logit_scale` for one: freezing the decoder must not touch them.

match name.split('.').next()? {
    "vision_tower" => Some(Self::Vision),
    "multi_modal_projector" => Some(Self::Projector),
    _ => Some(Self::Decoder),
}
