//! Atomic writing: the old file or the new one, never half of either.

mod common;

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use common::Outcome;
use foundations::checkpoint::{CheckpointError, write_atomically};

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Writes half a file and then fails.
fn failing(kind: ErrorKind) -> impl FnOnce(&mut io::BufWriter<std::fs::File>) -> io::Result<()> {
    move |file| {
        file.write_all(&[b'x'; 100_000])?;
        Err(kind.into())
    }
}

/// A new file, and then another one over it.
#[test]
fn a_file_is_written_and_replaced_as_a_whole() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("metrics.json");
    for content in [&b"a long first version"[..], b"short"] {
        write_atomically(&path, |file| file.write_all(content))?;
        assert_eq!(std::fs::read(&path)?, content);
    }
    assert_eq!(names(folder.path())?, ["metrics.json"], "no temporary file may stay behind");
    Ok(())
}

/// A save that fails half-way leaves the old checkpoint, and no litter.
#[test]
fn a_failed_save_leaves_the_old_file_intact() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("training.safetensors");
    write_atomically(&path, |file| file.write_all(b"good"))?;
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied, ErrorKind::Other] {
        let error = write_atomically(&path, failing(kind)).expect_err("the writer failed");
        assert!(error.to_string().contains("training.safetensors"), "the error should name the file: {error}");
        assert_eq!(std::fs::read(&path)?, b"good", "after {kind:?} the old file must be whole");
        assert_eq!(names(folder.path())?, ["training.safetensors"], "after {kind:?} no temporary file may stay behind");
    }
    Ok(())
}

/// While the new version is being written, readers still find the old one.
#[test]
fn readers_see_the_old_file_until_the_new_one_is_whole() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report.html");
    write_atomically(&path, |file| file.write_all(b"old"))?;
    write_atomically(&path, |file| {
        file.write_all(b"new, half of it")?;
        file.flush()?;
        assert_eq!(std::fs::read(&path)?, b"old", "a reader in the middle of writing");
        file.write_all(b", and the rest")
    })?;
    assert_eq!(std::fs::read(&path)?, b"new, half of it, and the rest");
    Ok(())
}

/// A full disk and a read-only folder have different remedies.
#[test]
fn reasons_for_not_writing_are_told_apart() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let error = |kind| write_atomically(&path, failing(kind)).expect_err("the writer failed");
    assert!(matches!(error(ErrorKind::StorageFull), CheckpointError::DiskFull { .. }));
    assert!(matches!(error(ErrorKind::PermissionDenied), CheckpointError::ReadOnly { .. }));
    assert!(matches!(error(ErrorKind::ReadOnlyFilesystem), CheckpointError::ReadOnly { .. }));
    assert!(matches!(error(ErrorKind::Other), CheckpointError::Unwritable { .. }));
    Ok(())
}

/// Output folders are made when they are first needed.
#[test]
fn missing_folders_are_created() -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("runs/quickstart/metrics.json");
    write_atomically(&path, |file| file.write_all(b"{}"))?;
    assert_eq!(std::fs::read(&path)?, b"{}");
    Ok(())
}

/// A file stands where a folder is needed: one error, nothing written.
#[test]
fn a_file_in_the_place_of_a_folder_is_an_error() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("runs");
    std::fs::write(&file, b"not a folder")?;
    let error = write_atomically(&file.join("metrics.json"), |file| file.write_all(b"{}")).unwrap_err();
    assert!(error.to_string().contains("metrics.json"), "{error}");
    assert_eq!(std::fs::read(&file)?, b"not a folder");
    Ok(())
}
