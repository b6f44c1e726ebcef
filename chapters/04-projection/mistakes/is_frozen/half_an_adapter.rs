// caught by: frozen::adapters_of_a_frozen_decoder_learn
// book: Between picture and words: which part may learn
//
// You let only `lora_b` learn. An adapter is the product of two matrices, and both learn: with a random `lora_a`
// that stays as it is, the correction can use only the directions that chance has picked.

let adapter = name.ends_with(".lora_b");
!adapter && Part::of(name).is_some_and(|part| self.contains(part))
