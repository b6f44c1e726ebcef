// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// You read the first component as what a user types after `--freeze`: vision, projector, decoder. Parameters have
// the names of the checkpoint: `vision_tower`, `multi_modal_projector`, `language_model`.

let (module, _) = name.split_once('.')?;
module.parse().ok()
