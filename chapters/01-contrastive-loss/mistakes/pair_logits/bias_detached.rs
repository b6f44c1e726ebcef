// caught by: logits::everything_gets_its_slope
// book: Contrastive losses: scale and bias
//
// You detach the bias, as a number that is only set at the start. It is learnt: it begins at −10, a prior that fits
// SigLIP's huge batches, and has to find the one that fits yours.

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let logits = cosines.broadcast_mul(&log_scale.exp()?)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(&bias.detach()),
    None => Ok(logits),
}
