// caught by: logits::logits_are_scale_times_cosine_plus_bias
// book: Contrastive losses: scale and bias
//
// You divide, as one does by a temperature. The parameter is the logarithm of the *inverse* temperature: a scale
// of 10 stands for a temperature of 0.1, and cosines are multiplied by it.

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let logits = cosines.broadcast_div(&log_scale.exp()?)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
