// caught by: frozen::a_name_says_whether_its_parameter_rests
// book: Between picture and words: which part may learn
//
// What belongs to no part is frozen in your version, by any set, even the empty one. `logit_scale` is nobody's, so no
// set of parts can freeze it.

let adapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
!adapter && Part::of(name).is_none_or(|part| self.contains(part))
