// caught by: transfer::a_moved_tower_gives_the_same_patch_tokens
// book: Learning to answer: from phase one to phase two
//
// You leave the embeddings behind. What reads the patches and says where they were was trained together with the
// blocks, and without it they see nothing that they know.

let mut moved = 0;
for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") && !rest.starts_with("embeddings.") => {
            params.set(&format!("{VISION_PREFIX}.{rest}"), value)?;
            moved += 1;
        }
        _ => {}
    }
}
Ok(moved)
