// caught by: rms_norm::half_precision_is_widened_before_squaring
// book: Gemma: RMSNorm
//
// You widen f16 alone. In bf16 nothing overflows, but a number has only eight binary digits there: the mean of the
// squares is right to two or three decimal digits. All half precision is computed in f32.

let wide = if x.dtype() == DType::F16 { DType::F32 } else { x.dtype() };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
