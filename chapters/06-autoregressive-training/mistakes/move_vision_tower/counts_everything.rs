// caught by: transfer::only_the_tower_moves
// book: Learning to answer: from phase one to phase two
//
// You count the tensors of the whole dual encoder. Text tower, temperature and pooling head stay where they are:
// the number says how many tensors *moved*, so that somebody can see that all of the tower did.

for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") => {
            params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
        }
        _ => {}
    }
}
Ok(dual_encoder.len())
