// caught by: transfer::a_tower_of_another_size_is_refused
// book: Learning to answer: from phase one to phase two
//
// You insert the tensors instead of setting them. A tensor of another shape, or one that the new model has no place
// for, is then taken without a word. `set` overwrites what is there, and refuses what does not fit.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") => {
            params.insert(&format!("{VISION_PREFIX}.{rest}"), value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
