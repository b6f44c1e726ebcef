// caught by: rms_norm::eps_stands_inside_the_root
// book: Gemma: RMSNorm
//
// You add 10⁻⁶, whatever `eps` says. It is Gemma's usual number and not everybody's: the configuration has one of
// its own, and a checkpoint that was trained with 10⁻⁵ is read with yours.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let mean_square = features.sqr()?.mean_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(mean_square + 1e-6)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
