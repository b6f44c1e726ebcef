// caught by: rms_norm::the_stretch_is_one_plus_the_weight
// book: Gemma: RMSNorm
//
// You multiply by w, as most RMSNorms do. Gemma stores the stretch as a *difference from one*: w = 0 means
// "leave it". Read with your formula, a Gemma checkpoint is nearly silent, and a new model entirely so.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&weight)?.to_dtype(x.dtype())
