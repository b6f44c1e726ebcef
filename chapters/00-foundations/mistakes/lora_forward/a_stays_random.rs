// caught by: lora::only_the_correction_is_trained
// book: Foundations: LoRA
//
// You detach what comes out of A, so that A stays the random matrix it began as and only B learns. Both are trained;
// what is frozen is the weight beside them.

let narrow = ops::linear(x, &self.a, None)?.detach(); // [.., rank]
ops::linear(&narrow, &self.b, None)? * self.scale // [.., out]
