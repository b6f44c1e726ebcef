//! Whole flows, as a user runs them: the commands are started as programs, and only what they print and write is looked
//! at.
//!
//! Cargo builds a package's programs for that package's own tests only. `cargo test --workspace` builds them all; to run
//! these tests alone, build the programs first: `cargo build -p paligemma && cargo test -p end-to-end`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

/// The program `name`, from the folder that this test was built into.
///
/// # Panics
/// When it has not been built.
pub fn program(name: &str) -> Command {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test.ancestors().nth(2).expect("tests are built into target/<profile>/deps");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "'{}' has not been built: run `cargo build -p paligemma` first", path.display());
    let mut command = Command::new(path);
    command.env("VLM_DEVICE", "cpu");
    command
}

/// `vlm` with words that hold no spaces, and `--out` at the end.
pub fn vlm(line: &str, out: &Path) -> Command {
    let mut command = program("vlm");
    command.args(line.split(' ')).arg("--out").arg(out);
    command
}

/// Runs a command that should succeed and returns what it printed.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn done(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    assert!(status.success(), "{command:?} failed with {status}:\n{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}

/// Reads `metrics.json`.
///
/// # Panics
/// When it is missing, or anything else than one flat object of numbers.
pub fn metrics(folder: &Path) -> Map<String, Value> {
    let text = std::fs::read_to_string(folder.join("metrics.json")).expect("metrics.json");
    let metrics: Map<String, Value> = serde_json::from_str(&text).expect("one flat object");
    assert!(metrics.values().all(Value::is_number), "metrics.json holds numbers and nothing else:\n{text}");
    metrics
}

/// The bytes of both files that hold a run's tensors.
///
/// # Panics
/// When one is missing.
pub fn tensor_files(run: &Path) -> [Vec<u8>; 2] {
    ["model.safetensors", "training.safetensors"].map(|name| std::fs::read(run.join(name)).expect(name))
}

/// All files below a folder, relative to it.
///
/// # Panics
/// When the folder cannot be read.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path.strip_prefix(folder).expect("below").to_owned())
            }
        }
    }
    found.sort();
    found
}
