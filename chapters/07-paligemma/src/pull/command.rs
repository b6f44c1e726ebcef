//! `vlm pull`.

use std::path::Path;

use super::plan::Repository;
use crate::args::PullArgs;
use crate::error::{Result, VlmError};
#[cfg(feature = "hub")]
use crate::terminal::tell;

/// Downloads a model into a folder that the other commands take as RUN.
///
/// # Errors
/// When this program cannot download, the name is none, the hub refuses, or the folder cannot be written.
pub fn run(args: &PullArgs) -> Result<()> {
    let repository = Repository::parse(&args.repository).map_err(VlmError::Combination)?;
    let out = args.out.clone().unwrap_or_else(|| repository.default_folder());
    fetch(&repository, &args.revision, &out)
}

#[cfg(feature = "hub")]
fn fetch(repository: &Repository, revision: &str, out: &Path) -> Result<()> {
    super::transfer::fetch(repository, revision, out)?;
    tell!("{}", out.display())
}

/// Says how to come by a program that can.
#[cfg(not(feature = "hub"))]
fn fetch(repository: &Repository, revision: &str, out: &Path) -> Result<()> {
    let name = repository.full_name();
    Err(VlmError::Combination(format!(
        "this program was built without downloads. Build it with them: cargo run --package paligemma --features hub --bin vlm -- pull {name} --revision {revision} --out {}; or use Hugging Face's own: hf download {name} --revision {revision} --local-dir {}",
        out.display(),
        out.display()
    )))
}
