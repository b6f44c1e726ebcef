// caught by: rms_norm::half_precision_is_widened_before_squaring
// book: Gemma: RMSNorm
//
// You go back to the type of the input before the stretch, as Llama does. 1 + w is then rounded in half precision,
// and a weight of 0.001 is gone in bf16. Gemma stretches in f32, and the result goes back at the very end.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let features = x.to_dtype(wide)?;
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?.to_dtype(x.dtype())?; // [.., d]
unit.broadcast_mul(&(weight.to_dtype(x.dtype())? + 1.0)?)
