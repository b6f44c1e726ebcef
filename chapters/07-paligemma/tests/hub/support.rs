//! Copies of the fixtures, to be damaged.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::Device;
use paligemma::hub::load_paligemma;
use serde_json::Value;
use tempfile::TempDir;

/// One file of f32, with the names of the published files.
pub const SINGLE: &str = "paligemma";
/// Three shards of bf16, with the names of today.
pub const SHARDED: &str = "paligemma-bf16";

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/fixtures").join(name)
}

pub fn copy_of(name: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for entry in fs::read_dir(fixture(name)).expect("the fixtures are complete") {
        let path = entry.expect("a readable folder").path();
        fs::copy(&path, copy.path().join(path.file_name().expect("a file"))).expect("room");
    }
    copy
}

/// Changes a JSON file.
pub fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json = serde_json::from_slice(&fs::read(path).expect("a file of the copy")).expect("JSON");
    change(&mut json);
    fs::write(path, json.to_string()).expect("a writable folder");
}

/// Replaces bytes by as many others, everywhere in a file.
#[track_caller]
pub fn overwrite(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len(), "the file should keep its length");
    let mut bytes = fs::read(path).expect("a file of the copy");
    let places: Vec<usize> =
        (0..=bytes.len() - from.len()).filter(|&place| bytes[place..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from} is not in the file");
    for place in places {
        bytes[place..place + from.len()].copy_from_slice(to.as_bytes());
    }
    fs::write(path, bytes).expect("a writable folder");
}

/// Checks that the folder is refused, in one line that holds all of `needles`.
#[track_caller]
pub fn assert_refused(folder: &Path, needles: &[&str]) {
    let error = match load_paligemma(folder, "a test", None, &Device::Cpu) {
        Ok(_) => panic!("the folder should be refused: {needles:?}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(error.lines().count(), 1, "one line:\n{error}");
    for needle in needles {
        assert!(error.contains(needle), "the error should mention '{needle}':\n{error}");
    }
}
