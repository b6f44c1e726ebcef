// caught by: frozen::a_name_says_whether_its_parameter_rests
// book: Between picture and words: which part may learn
//
// You take every name with "lora" in it for an adapter: `language_model.model.flora_head.weight` would learn in a
// frozen decoder. An adapter's two matrices *end* in `.lora_a` and `.lora_b`.

let adapter = name.contains("lora");
!adapter && Part::of(name).is_some_and(|part| self.contains(part))
