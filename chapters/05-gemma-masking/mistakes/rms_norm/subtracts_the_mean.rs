// caught by: rms_norm::the_mean_is_kept
// book: Gemma: RMSNorm
//
// You subtract the mean first: that is layer normalisation. RMSNorm leaves the mean where it is, and saves a
// pass over the data.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let features = features.broadcast_sub(&features.mean_keepdim(D::Minus1)?)?;
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
