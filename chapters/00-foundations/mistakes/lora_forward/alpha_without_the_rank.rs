// caught by: lora::the_correction_can_be_merged_into_the_weight
// book: Foundations: LoRA
//
// You multiply by alpha alone. The correction is a sum over `rank` terms and would grow with their number: the
// factor is alpha / rank, and `self.scale` is that already.

let rank = self.a.dim(0)? as f64;
let narrow = ops::linear(x, &self.a, None)?; // [.., rank]
ops::linear(&narrow, &self.b, None)? * (self.scale * rank) // [.., out]
