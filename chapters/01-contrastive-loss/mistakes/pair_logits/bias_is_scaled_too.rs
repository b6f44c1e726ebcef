// caught by: logits::logits_are_scale_times_cosine_plus_bias
// book: Contrastive losses: scale and bias
//
// You add the bias before the scale is applied, so the scale stretches the bias, too: −10 becomes −100. It is
// exp(t')·cosine + b.

let mut cosines = images.matmul(&texts.t()?)?; // [n, m]
if let Some(bias) = bias {
    cosines = cosines.broadcast_add(bias)?;
}
cosines.broadcast_mul(&log_scale.exp()?)
