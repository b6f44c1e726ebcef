// caught by: lora::at_the_start_nothing_changes
// book: Foundations: LoRA
//
// You apply B first. B · A is a matrix product, and what stands on the right meets the input first: A, [rank, in],
// makes it narrow, and B, [out, rank], makes it wide again.

let wide = ops::linear(x, &self.b, None)?; // [.., out]
ops::linear(&wide, &self.a, None)? * self.scale // [.., rank]
