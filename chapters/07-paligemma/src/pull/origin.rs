//! Which model a folder was filled with: the file `pulled-from.txt` in it says `owner/name@revision`.
//!
//! A file that is there is not asked for again, and one is like the other by its name alone. Without the note a second
//! model, or another revision of the same one, would be mixed with the first.

use std::io::Write;
use std::path::Path;

use foundations::checkpoint::write_atomically;

use super::plan::Repository;
use crate::error::{Result, VlmError};

/// The file with the note.
pub const ORIGIN: &str = "pulled-from.txt";

/// Refuses a folder that another model, or another revision, was pulled into. A folder without a note is not known.
///
/// # Errors
/// When the note says otherwise, or cannot be read.
pub fn check(repository: &Repository, revision: &str, folder: &Path) -> Result<()> {
    let path = folder.join(ORIGIN);
    if !path.exists() {
        return Ok(());
    }
    let noted = std::fs::read_to_string(&path).map_err(|source| VlmError::Unreadable { path, source })?;
    let (noted, wanted) = (noted.trim(), origin(repository, revision));
    if noted == wanted {
        return Ok(());
    }
    let reason = format!(
        "'{}' was pulled from {noted}, and {wanted} would be mixed with it; name another folder with --out",
        folder.display()
    );
    Err(VlmError::Pull { repository: repository.full_name(), reason })
}

/// Writes the note, unless some of the `needed` files are there already: who knows where those came from.
///
/// # Errors
/// When the folder cannot be written to.
pub fn note(repository: &Repository, revision: &str, folder: &Path, needed: &[String]) -> Result<()> {
    if needed.iter().any(|file| folder.join(file).exists()) {
        return Ok(());
    }
    let line = origin(repository, revision) + "\n";
    Ok(write_atomically(&folder.join(ORIGIN), |file| file.write_all(line.as_bytes()))?)
}

fn origin(repository: &Repository, revision: &str) -> String {
    format!("{}@{revision}", repository.full_name())
}
