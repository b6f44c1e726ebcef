// caught by: frozen::a_name_says_whether_its_parameter_rests
// book: Between picture and words: which part may learn
//
// Only the decoder's adapters learn in your version; those beside a frozen tower or projector rest with it. An
// adapter learns in any frozen part: that is what it is for.

let adapter = name.starts_with("language_model.") && (name.ends_with(".lora_a") || name.ends_with(".lora_b"));
!adapter && Part::of(name).is_some_and(|part| self.contains(part))
