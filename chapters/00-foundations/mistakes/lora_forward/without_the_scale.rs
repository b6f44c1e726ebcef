// caught by: lora::the_correction_can_be_merged_into_the_weight
// book: Foundations: LoRA
//
// You leave out `self.scale`, which is alpha / rank. With it, a rank can be changed without the correction becoming
// stronger or weaker, and the learning rate can stay.

let narrow = ops::linear(x, &self.a, None)?; // [.., rank]
ops::linear(&narrow, &self.b, None) // [.., out]
