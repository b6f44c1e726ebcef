// caught by: rms_norm::tokens_do_not_mix
// book: Gemma: RMSNorm
//
// Your mean runs over dimension 1. In a matrix that is the last one; in [b, t, d] it is time, so tokens mix, and a
// token sees the future through the norm. `D::Minus1` is the last, whatever comes before.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let mean_square = features.sqr()?.mean_keepdim(1)?;
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?;
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
