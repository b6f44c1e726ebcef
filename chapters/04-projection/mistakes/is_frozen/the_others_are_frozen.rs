// caught by: frozen::nothing_is_frozen_by_default
// book: Between picture and words: which part may learn
//
// You read the set as the parts that learn. It holds the parts that do *not*: an empty set, the default, freezes
// nothing.

let adapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
!adapter && Part::of(name).is_some_and(|part| !self.contains(part))
