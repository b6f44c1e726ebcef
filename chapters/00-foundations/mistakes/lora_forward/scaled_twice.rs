// caught by: lora::the_correction_can_be_merged_into_the_weight
// book: Foundations: LoRA
//
// You apply the scale after each of the two matrices, so that the correction is multiplied by (alpha / rank)². It is
// multiplied once.

let narrow = (ops::linear(x, &self.a, None)? * self.scale)?; // [.., rank]
ops::linear(&narrow, &self.b, None)? * self.scale // [.., out]
