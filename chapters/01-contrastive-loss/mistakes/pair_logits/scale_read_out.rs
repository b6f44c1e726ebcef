// caught by: logits::everything_gets_its_slope
// book: Contrastive losses: scale and bias
//
// You read the scale out as a plain number and multiply by that. The values are right, but a number has no
// history: t' gets no gradient and never learns. Keep it a tensor, and let `broadcast_mul` spread it.

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let log_scale = log_scale.flatten_all()?.to_dtype(candle_core::DType::F64)?.to_vec1::<f64>()?[0];
let logits = (cosines * log_scale.exp())?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
