// caught by: frozen::adapters_of_a_frozen_decoder_learn
// book: Between picture and words: which part may learn
//
// Adapters rest together with their part, and then nothing of a frozen decoder can learn. That is what adapters
// are for: the weights stay as they are, and the small matrices beside them move.

Part::of(name).is_some_and(|part| self.contains(part))
