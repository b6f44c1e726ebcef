//! Reading and writing with errors that name the file and say what to do; nothing is ever half written.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

/// Reads a text.
///
/// # Errors
/// When it is missing, cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| explain(&error, "read", path))
}

/// Writes a text to a temporary file beside its place and renames it: whatever happens, the old text or the new one
/// is there.
///
/// # Errors
/// When the disk is full, or the folder cannot be written to.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().with_context(|| format!("'{}' is not a file", path.display()))?;
    std::fs::create_dir_all(folder).map_err(|error| explain(&error, "make", folder))?;
    let written = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().permissions(readable_by_all()).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?; // else a power cut could leave the new name with nothing in it
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| explain(&error, "write", path))
}

#[cfg(unix)]
fn readable_by_all() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666) // less what the user's umask takes away
}

#[cfg(not(unix))]
fn readable_by_all() -> std::fs::Permissions {
    let mut permissions = std::fs::metadata(".").map(|folder| folder.permissions()).expect("the current folder exists");
    permissions.set_readonly(false);
    permissions
}

/// Holds a folder against other commands that would build in it, until the file that comes back is dropped. Waits for
/// them, and says so.
///
/// # Errors
/// When the folder cannot be written to.
pub fn hold(folder: &Path) -> Result<File> {
    std::fs::create_dir_all(folder).map_err(|error| explain(&error, "make", folder))?;
    let path = folder.join(".lock");
    let file = File::create(&path).map_err(|error| explain(&error, "write", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            anstream::eprintln!("another `cargo course` builds in '{}'; waiting for it …", folder.display());
            file.lock().map_err(|error| explain(&error, "lock", &path))?;
        }
        Err(TryLockError::Error(error)) => return Err(explain(&error, "lock", &path)),
    }
    Ok(file)
}

/// The names of a folder's entries, sorted.
///
/// # Errors
/// When it cannot be read.
pub fn names_in(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(|error| explain(&error, "read", folder))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| explain(&error, "read", folder))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// All files below a folder, relative to it and sorted; none when there is no such folder. What editors and systems
/// leave beside a file (`.lib.rs.swp`, `lib.rs~`, `#lib.rs#`, `.DS_Store`) is passed over.
///
/// # Errors
/// When something there cannot be read.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(next) = open.pop() {
        let here = folder.join(&next);
        if !here.is_dir() {
            continue;
        }
        for name in names_in(&here)?.into_iter().filter(|name| !name.starts_with(['.', '#']) && !name.ends_with('~')) {
            let path = next.join(&name);
            if folder.join(&path).is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// A path with `/` between its parts, on every system.
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").replace("//", "/")
}

/// A number that changes when the text does (FNV-1a). It is written down between runs, so it must be the same in every
/// build, which the standard library's is not.
pub fn fingerprint(text: &str) -> String {
    let mixed = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{mixed:016x}")
}

/// What the system said, and what to do about it.
fn explain(error: &io::Error, verb: &str, path: &Path) -> anyhow::Error {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => anyhow!("'{path}' is missing"),
        ErrorKind::PermissionDenied => {
            anyhow!("'{path}': no permission to {verb} it; change its owner or mode, or use `--path` for another place")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            anyhow!(
                "'{path}' cannot be written: the disk is full, or what you may write to it. Nothing is lost; make room and say it again"
            )
        }
        ErrorKind::InvalidData => anyhow!("'{path}' is not a text in UTF-8; save it as UTF-8"),
        _ => anyhow!("cannot {verb} '{path}': {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_and_folders_are_made() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a/b.txt");
        write(&path, "one")?;
        write(&path, "two")?;
        assert_eq!(read(&path)?, "two");
        assert_eq!(names_in(&folder.path().join("a"))?, ["b.txt"], "no temporary file is left behind");
        Ok(())
    }

    #[test]
    fn what_editors_and_systems_leave_behind_is_passed_over() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["a/b.rs", "a/.b.rs.swp", "a/b.rs~", "a/#b.rs#", "a/.#b.rs", ".DS_Store"] {
            write(&folder.path().join(name), "")?;
        }
        assert_eq!(below(folder.path())?, [PathBuf::from("a/b.rs")]);
        Ok(())
    }

    #[test]
    fn the_fingerprint_is_the_published_one() {
        assert_eq!(fingerprint("a"), "af63dc4c8601ec8c");
    }
}
