//! `vlm pull`: a folder as the hub has it, without what nobody here reads.
//!
//! What to download is decided in [`plan`], and whether the folder is another model's in [`origin`]; neither needs a
//! network. Only the transfer itself does, and the crate for it is there only with the feature `hub`: the course works
//! without a network, and so should its build.

pub mod command;
pub mod origin;
pub mod plan;
#[cfg(feature = "hub")]
mod transfer;
