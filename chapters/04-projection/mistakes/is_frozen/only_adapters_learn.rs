// caught by: frozen::a_frozen_tower_gets_no_gradient
// book: Between picture and words: which part may learn
//
// As soon as any part is frozen, nothing but the adapters learns. Each part is frozen or not for itself: with a
// frozen tower, projector and decoder go on learning.

let adapter = name.ends_with(".lora_a") || name.ends_with(".lora_b");
!adapter && !self.0.is_empty()
