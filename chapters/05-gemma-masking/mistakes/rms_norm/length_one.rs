// caught by: rms_norm::a_vector_is_divided_by_its_root_mean_square_and_stretched
// book: Gemma: RMSNorm
//
// You divide by the length, the root of the *sum* of squares. Then every feature shrinks as the vector gets
// wider. It is the root of the *mean*: features of size one, whatever their number.

let wide = if x.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
let (features, weight) = (x.to_dtype(wide)?, weight.to_dtype(wide)?);
let squares = features.sqr()?.sum_keepdim(D::Minus1)?; // [.., 1]
let unit = features.broadcast_div(&(squares + eps)?.sqrt()?)?; // [.., d]
unit.broadcast_mul(&(weight + 1.0)?)?.to_dtype(x.dtype())
