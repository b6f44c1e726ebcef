// caught by: logits::the_scale_is_stored_as_a_logarithm
// book: Contrastive losses: scale and bias
//
// You keep the scale at 100 or less inside the forward pass. Above the limit a clamp has slope zero, so a temperature
// that got there can never come down again. CLIP clamps the *parameter*, after each step; SigLIP does not clamp at
// all.

let cosines = images.matmul(&texts.t()?)?; // [n, m]
let scale = log_scale.minimum(crate::clip_loss::MAX_LOG_SCALE)?.exp()?;
let logits = cosines.broadcast_mul(&scale)?; // [n, m]
match bias {
    Some(bias) => logits.broadcast_add(bias),
    None => Ok(logits),
}
