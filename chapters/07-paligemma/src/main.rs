//! The `vlm` command.
fn main() {}
