// caught by: logits::logits_are_scale_times_cosine_plus_bias
// book: Contrastive losses: errata
//
// You took the formula of SigLIP's section 3.2, z(−t·x·y + b), in which a sign went astray: what is similar
// would be evidence against a match. The paper's own Algorithm 1 has it right: t·x·y + b.

let cosines = images.matmul(&texts.t()?)?.neg()?; // [n, m]
let logits = cosines.broadcast_mul(&log_scale.exp()?)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
