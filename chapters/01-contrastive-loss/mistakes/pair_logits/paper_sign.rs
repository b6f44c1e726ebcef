// caught by: logits::logits_are_scale_times_cosine_plus_bias
// book: Contrastive losses: errata
//
// You took the bias from SigLIP's section 3.2, where z(−t·x·y + b) is the exponent of 1/(1 + e^…): turned into a logit,
// that is t·x·y − b, and a bias of −10 would start at "yes" to everything. The paper's own Algorithm 1 has it
// right: t·x·y + b.

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let logits = cosines.broadcast_mul(&log_scale.exp()?)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_sub(bias),
    None => Ok(logits),
}
