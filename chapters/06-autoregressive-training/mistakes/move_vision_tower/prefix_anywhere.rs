// caught by: transfer::a_name_that_only_contains_the_prefix_stays
// book: Learning to answer: from phase one to phase two
//
// You look for `vision_model.` anywhere in the name. A file may hold more than the model, for example the
// optimiser's averages under `average.vision_model.…`, and those would be moved over the tower. The name has to
// *begin* with the prefix.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.split_once(DUAL_ENCODER_PREFIX) {
        Some((_, rest)) if !rest.starts_with("head.") => {
            params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
