//! Which model a folder was filled with: the file `pulled-from.txt` in it says `owner/name@revision`, and the commit that the
//! revision was when the first file came.
//!
//! A file that is there is not asked for again, and one is like the other by its name alone. Without the note a second
//! model, another revision of the same one, or a branch that has moved meanwhile, would be mixed with the first.

use std::io::Write;
use std::path::Path;

use foundations::checkpoint::write_atomically;

use super::plan::Repository;
use crate::error::{Result, VlmError};

/// The file with the note.
pub const ORIGIN: &str = "pulled-from.txt";

/// Refuses a folder that another model, or another revision, was pulled into, and returns the commit to go on with, if one is
/// noted. A folder without a note is not known.
///
/// # Errors
/// When the note says otherwise, or cannot be read.
pub fn check(repository: &Repository, revision: &str, folder: &Path) -> Result<Option<String>> {
    let path = folder.join(ORIGIN);
    if !path.exists() {
        return Ok(None);
    }
    let noted = std::fs::read_to_string(&path).map_err(|source| VlmError::Unreadable { path, source })?;
    let (mut words, wanted) = (noted.split_whitespace(), origin(repository, revision));
    let noted = words.next().unwrap_or_default();
    if noted == wanted {
        return Ok(words.next().map(str::to_owned));
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
pub fn note(repository: &Repository, revision: &str, commit: &str, folder: &Path, needed: &[String]) -> Result<()> {
    if needed.iter().any(|file| folder.join(file).exists()) {
        return Ok(());
    }
    let line = format!("{} {commit}\n", origin(repository, revision));
    Ok(write_atomically(&folder.join(ORIGIN), |file| file.write_all(line.as_bytes()))?)
}

fn origin(repository: &Repository, revision: &str) -> String {
    format!("{}@{revision}", repository.full_name())
}
