//! Writing a file so that nobody ever sees half of it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::CheckpointError;

/// Writes a file under a temporary name in the same folder, waits until it is on the disk, and renames it.
///
/// Renaming within a folder is one indivisible act, so a run that is killed at any moment leaves either the old file or
/// the new one. Missing folders are created. Checkpoints, reports and pictures are all written this way.
///
/// ```
/// use foundations::checkpoint::write_atomically;
/// use std::io::Write;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("runs/metrics.json");
/// write_atomically(&path, |file| file.write_all(b"{}"))?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `write` fails, the disk is full, or the folder cannot be written to. An existing file is then untouched.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), CheckpointError> {
    let temporary = temporary_name(path);
    let result = write_and_rename(path, &temporary, write);
    if result.is_err() {
        // Best effort: the error to report is the first one.
        let _ = fs::remove_file(&temporary);
    }
    result.map_err(|source| CheckpointError::writing(path, source))
}

fn write_and_rename(
    path: &Path,
    temporary: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    // ANCHOR: write_and_rename
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut writer = BufWriter::new(File::create(temporary)?);
    write(&mut writer)?;
    writer.flush()?;
    // Without this, a power cut after the rename could leave the new name with no content.
    writer.get_ref().sync_all()?;
    fs::rename(temporary, path)?;
    sync_folder(folder);
    Ok(())
    // ANCHOR_END: write_and_rename
}

/// `.name.1234.partial`: hidden, in the same folder (a rename across file systems would copy), and not shared with another
/// process that writes the same file.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.partial", std::process::id()));
    path.with_file_name(name)
}

/// Makes the rename itself permanent, where that can be done: only Unix lets one open a folder, and not every file system
/// on a network then knows what to do. The new file is in its place either way, so nothing has failed.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
