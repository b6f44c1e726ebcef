// caught by: rms_norm::gradients_match_finite_differences
// book: Gemma: RMSNorm
//
// You compute in f32 whatever comes in, f64 too. Half precision has to be widened, but double precision must stay:
// gradients are checked in it, and a difference of two losses does not survive in seven digits.

let (features, weight) = (x.to_dtype(DType::F32)?, weight.to_dtype(DType::F32)?);
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
