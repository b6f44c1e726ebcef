// caught by: rms_norm::eps_stands_inside_the_root
// book: Gemma: RMSNorm
//
// You add eps to the root. Inside it, 10⁻⁶ counts as much as a feature of size 10⁻³; outside, as much as one of
// 10⁻⁶. And only inside it keeps the slope at zero finite.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square.sqrt()? + eps)?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
