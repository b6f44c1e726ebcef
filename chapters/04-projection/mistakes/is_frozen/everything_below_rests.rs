// caught by: frozen::a_frozen_projector_passes_the_gradient_on
// book: Between picture and words: which part may learn
//
// You freeze what lies below a frozen part as well, as if no gradient could get through. A part at rest still
// hands the gradient on: only its own parameters take none of it.

let adapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
!adapter && Part::of(name).is_some_and(|part| self.0.iter().any(|frozen| part <= *frozen))
