// caught by: transfer::a_name_that_only_contains_the_prefix_stays
// book: Learning to answer: from phase one to phase two
//
// You count the tensors that the new tower has, not those that moved. When the names of a file have another prefix
// nothing moves, and your number says that everything did: the number is there for just that case.

for (name, value) in dual_encoder {
    match name.strip_prefix(DUAL_ENCODER_PREFIX) {
        Some(rest) if !rest.starts_with("head.") => params.set(&format!("{VISION_PREFIX}.{rest}"), value)?,
        _ => {}
    }
}
Ok(params.all().iter().filter(|(name, _)| name.starts_with(VISION_PREFIX)).count())
