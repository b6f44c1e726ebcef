//! The command, two tiny runs to ask, and what is expected of every error.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// Two runs of the size that exists for tests, trained for two steps, shared by all tests of this program.
pub struct Runs {
    folder: TempDir,
}

impl Runs {
    pub fn siglip(&self) -> PathBuf {
        self.folder.path().join("siglip")
    }

    pub fn vlm(&self) -> PathBuf {
        self.folder.path().join("vlm")
    }
}

/// The shared runs; trained when first asked for.
pub fn runs() -> &'static Runs {
    static RUNS: OnceLock<Runs> = OnceLock::new();
    RUNS.get_or_init(|| {
        let runs = Runs { folder: tempfile::tempdir().expect("a temporary folder") };
        for (task, folder) in [("siglip", runs.siglip()), ("vlm", runs.vlm())] {
            let output = vlm(["train", task, "--preset", "pico", "--steps", "2", "--out"].map(Path::new), &[&folder]);
            assert!(output.status.success(), "training a tiny {task} run failed: {}", text(&output.stderr));
        }
        runs
    })
}

/// Runs the command with `words`, then `paths`.
pub fn vlm<'a>(words: impl IntoIterator<Item = &'a Path>, paths: &[&Path]) -> Output {
    command().args(words).args(paths).output().expect("the vlm command starts")
}

/// The command, computing on the processor.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vlm"));
    command.env("VLM_DEVICE", "cpu");
    command
}

/// Runs a command line whose words hold no spaces; `{}` stands for the paths in turn.
pub fn run(line: &str, paths: &[&Path]) -> Output {
    let mut paths = paths.iter();
    let words = line.split(' ').map(|word| match word {
        "{}" => paths.next().expect("one path for each {}").as_os_str().to_owned(),
        word => word.into(),
    });
    command().args(words).output().expect("the vlm command starts")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Checks that the command failed with one line that holds all of `needles`.
#[track_caller]
pub fn assert_refused(output: &Output, needles: &[&str]) {
    let error = text(&output.stderr);
    let code = output.status.code();
    assert!(code.is_some_and(|code| code != 0 && code != 101), "expected a refusal, got exit code {code:?}:\n{error}");
    let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "expected one line that says what is wrong, got:\n{error}");
    for needle in needles {
        assert!(lines[0].contains(needle), "the error should mention '{needle}':\n{error}");
    }
}

/// Checks that the command succeeded and returns what it printed.
#[track_caller]
pub fn assert_done(output: &Output) -> String {
    assert!(output.status.success(), "expected success, got {}:\n{}", output.status, text(&output.stderr));
    text(&output.stdout)
}

/// The files in a folder, hidden ones too, sorted.
pub fn files_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
