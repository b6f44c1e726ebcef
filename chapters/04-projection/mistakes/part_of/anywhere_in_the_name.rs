// caught by: frozen::a_parameter_belongs_to_the_part_that_its_name_begins_with
// book: Between picture and words: which part may learn
//
// You look for a word anywhere in the name. The tower's own parameters are called `vision_tower.vision_model.…`: a
// "model" is in there, too. Only the first component decides.

if name.contains("model") {
    Some(Self::Decoder)
} else if name.contains("projector") {
    Some(Self::Projector)
} else if name.contains("vision") {
    Some(Self::Vision)
} else {
    None
}
