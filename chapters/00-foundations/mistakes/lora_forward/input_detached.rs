// caught by: lora::the_correction_can_be_merged_into_the_weight
// book: Foundations: LoRA
//
// You detach x on its way into the correction. A and B learn all the same, but the corrections of the layers before
// this one never hear what this one would have liked to read: their gradient misses a term. Nothing is detached here.

let narrow = ops::linear(&x.detach(), &self.a, None)?; // [.., rank]
ops::linear(&narrow, &self.b, None)? * self.scale // [.., out]
