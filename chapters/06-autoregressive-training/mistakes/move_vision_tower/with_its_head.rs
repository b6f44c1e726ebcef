// caught by: transfer::only_the_tower_moves
// book: Learning to answer: from phase one to phase two
//
// You want to move the pooling head, too. PaliGemma has no place for it: its language model reads all patches,
// not one vector for the whole picture.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) => {
            params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
