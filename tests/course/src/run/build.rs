//! Cargo, asked to build tests and to say what it made.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::stopping::no_verdict_if_stopped;

/// What came of a build.
#[derive(Debug)]
pub enum Built {
    /// The programs, and the warnings of the packages that were asked for.
    Tests {
        /// One per test file.
        programs: Vec<TestProgram>,
        /// As the compiler printed them.
        warnings: Vec<String>,
    },
    /// It does not compile.
    Broken(Broken),
}

/// A build that failed.
#[derive(Debug)]
pub struct Broken {
    /// The compiler's errors as it printed them, or Cargo's complaint when it never came to compiling.
    pub message: String,
    /// The file and the line of each error.
    pub places: Vec<(PathBuf, usize)>,
}

/// A compiled test file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestProgram {
    /// The test file's name without its ending.
    pub name: String,
    /// The program.
    pub path: PathBuf,
}

/// Cargo, to be started in `place`.
pub fn cargo(place: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place);
    // Set by the `cargo run` that may have started this program; they speak of this package, not of the learner's.
    for (name, _) in std::env::vars_os() {
        let inherited = name.to_string_lossy();
        if inherited.starts_with("CARGO_PKG_")
            || inherited.starts_with("CARGO_MANIFEST_")
            || inherited == "CARGO_CRATE_NAME"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Builds tests of `package`: the files named, or all of them when none is.
///
/// # Errors
/// When Cargo cannot be started.
pub fn build_tests(place: &Path, package: &str, files: &[String]) -> Result<Built> {
    let mut command = cargo(place);
    command.args(["test", "--no-run", "--package", package]);
    if files.is_empty() {
        command.args(["--test", "*"]); // all files, and not the library's own test program, which would be empty
    }
    for file in files {
        command.args(["--test", file]);
    }
    build(command, place)
}

/// Builds the library of `package` alone; there are no programs then, only warnings or errors.
///
/// # Errors
/// When Cargo cannot be started.
pub fn build_library(place: &Path, package: &str) -> Result<Built> {
    let mut command = cargo(place);
    command.args(["test", "--no-run", "--lib", "--package", package]);
    build(command, place)
}

fn build(mut command: Command, place: &Path) -> Result<Built> {
    let colours =
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) { "json-diagnostic-rendered-ansi" } else { "json" };
    command.arg(format!("--message-format={colours}"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo cannot be started; install Rust from https://rustup.rs, or add its `bin` folder to PATH")?;
    let stderr = child.stderr.take().context("cargo has no error output")?;
    let complaint = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = BufReader::new(stderr).read_to_string(&mut text); // what cannot be read cannot be shown
        text
    });
    let stdout = child.stdout.take().context("cargo has no output")?;
    let messages = Messages::read(BufReader::new(stdout), place)?;
    let status = child.wait().context("cargo cannot be waited for")?;
    no_verdict_if_stopped(&mut child, status);
    let complaint = complaint.join().unwrap_or_default();
    if status.success() {
        return Ok(Built::Tests { programs: messages.programs, warnings: messages.warnings });
    }
    let message = if messages.errors.is_empty() { complaint } else { messages.errors.concat() };
    Ok(Built::Broken(Broken { message: message.trim_end().to_owned(), places: messages.places }))
}

/// The compiler's words with the whole path of each file: `chapters/…` alone would mean the solved course to somebody who
/// is there.
fn located(rendered: &str, place: &Path) -> String {
    let line = |line: &str| match line.split_once("--> ") {
        Some((arrow, rest)) if rest.contains("chapters/") => {
            format!("{arrow}--> {}", rest.replacen("chapters/", &format!("{}/chapters/", place.display()), 1))
        }
        _ => line.to_owned(),
    };
    rendered.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// What Cargo said, line by line.
#[derive(Default)]
struct Messages {
    programs: Vec<TestProgram>,
    warnings: Vec<String>,
    errors: Vec<String>,
    places: Vec<(PathBuf, usize)>,
}

impl Messages {
    fn read(lines: impl BufRead, place: &Path) -> Result<Self> {
        let mut messages = Self::default();
        let progress =
            ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} compiling {msg}")?);
        for line in lines.lines() {
            let line = line.context("cargo's output cannot be read")?;
            let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
            match message["reason"].as_str() {
                Some("compiler-artifact") => messages.artifact(&message, &progress),
                Some("compiler-message") => messages.diagnostic(&message["message"], place),
                _ => {}
            }
        }
        progress.finish_and_clear();
        Ok(messages)
    }

    fn artifact(&mut self, message: &Value, progress: &ProgressBar) {
        let name = message["target"]["name"].as_str().unwrap_or_default();
        if message["fresh"] == false {
            progress.set_message(name.to_owned());
            progress.tick();
        }
        let is_test = message["target"]["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"));
        if let Some(path) = message["executable"].as_str().filter(|_| is_test) {
            self.programs.push(TestProgram { name: name.to_owned(), path: path.into() });
        }
    }

    fn diagnostic(&mut self, message: &Value, place: &Path) {
        let rendered = located(message["rendered"].as_str().unwrap_or_default(), place);
        let spans = message["spans"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_summary = message["message"].as_str().is_some_and(|text| text.starts_with("aborting due to"));
        if message["level"] == "error" && !is_summary {
            self.places.extend(spans.iter().filter(|span| span["is_primary"] == true).filter_map(|span| {
                let line = usize::try_from(span["line_start"].as_u64()?).ok()?;
                Some((place.join(span["file_name"].as_str()?), line))
            }));
            self.errors.push(rendered);
        } else if message["level"] == "warning" && !spans.is_empty() {
            self.warnings.push(rendered);
        }
    }
}
