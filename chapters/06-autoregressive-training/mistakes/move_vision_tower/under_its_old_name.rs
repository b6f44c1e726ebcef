// caught by: transfer::a_moved_tower_gives_the_same_patch_tokens
// book: Learning to answer: from phase one to phase two
//
// You keep the names of the dual encoder. In the vision-language model the tower stands one level deeper:
// `vision_tower.vision_model.…` instead of `vision_model.…`.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") => {
            params.set(name, value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
