// caught by: transfer::a_moved_tower_gives_the_same_patch_tokens
// book: Learning to answer: from phase one to phase two
//
// You leave the final layer norm behind together with the head. It belongs to the tower: PaliGemma reads the
// patches after it.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") && !rest.starts_with("post_layernorm") => {
            params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
