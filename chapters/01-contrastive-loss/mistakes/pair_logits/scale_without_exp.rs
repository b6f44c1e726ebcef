// caught by: logits::the_scale_is_stored_as_a_logarithm
// book: Contrastive losses: scale and bias
//
// You multiply by t' itself. The parameter is the *logarithm* of the scale, so that the scale stays positive
// whatever the optimiser does: multiply by exp(t').

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let logits = cosines.broadcast_mul(log_scale)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
