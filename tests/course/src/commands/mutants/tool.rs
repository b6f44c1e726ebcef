//! cargo-mutants, asked for what it knows and for what it can do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::copy;
use super::record::Verdict;
use crate::course::{Chapter, Course};
use crate::files;
use crate::run::cargo;

/// The chapter whose operators exist twice. Its tests compare the two, and run as the course runs, with the fused ones; those of
/// the other chapters run as in a workshop, with the bodies that learners write.
const OPERATORS: &str = "foundations";

/// A change that cargo-mutants can make.
#[derive(Debug, Clone, Deserialize)]
pub struct Mutant {
    /// `chapters/…/src/x.rs:12:5: replace + with * in f`.
    pub name: String,
    /// Its file, below the course.
    pub file: String,
    /// Where it begins and ends.
    span: Span,
    /// The line that it changes, without the spaces around it.
    #[serde(skip)]
    pub line: String,
    /// What the file was like, as a fingerprint.
    #[serde(skip)]
    pub source: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Span {
    start: Place,
}

#[derive(Debug, Clone, Deserialize)]
struct Place {
    line: usize,
}

impl Mutant {
    /// `replace + with * in f`.
    pub fn change(&self) -> &str {
        self.name.splitn(4, ':').nth(3).unwrap_or(&self.name).trim_start()
    }
}

/// cargo-mutants, working on the copy of a course.
pub struct Tool<'a> {
    course: &'a Course,
    copy: PathBuf,
    /// Where results lie.
    pub results: PathBuf,
}

impl<'a> Tool<'a> {
    /// The tool for this copy.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn new(course: &'a Course, copy: PathBuf) -> Result<Self> {
        let asked = cargo(&copy).args(["mutants", "--version"]).stderr(Stdio::null()).output();
        ensure!(
            asked.is_ok_and(|output| output.status.success()),
            "cargo-mutants is needed, and it is not installed; `cargo install cargo-mutants --locked` installs it"
        );
        let results = course.root.join("target/course-mutants-results");
        Ok(Self { course, copy, results })
    }

    /// Every mutant of a chapter, in the order of the sources.
    ///
    /// # Errors
    /// When the tool cannot read the chapter.
    pub fn list(&self, chapter: &Chapter) -> Result<Vec<Mutant>> {
        let output = self.command(chapter).args(["--list", "--json"]).output().context("cargo cannot be started")?;
        if !output.status.success() {
            bail!("`cargo mutants --list` failed:\n{}", String::from_utf8_lossy(&output.stderr).trim_end());
        }
        let mut mutants: Vec<Mutant> =
            serde_json::from_slice(&output.stdout).context("`cargo mutants --list --json` cannot be understood")?;
        for mutant in &mut mutants {
            let text = files::read(&self.course.root.join(&mutant.file))?;
            mutant.line = text.lines().nth(mutant.span.start.line - 1).unwrap_or_default().trim().to_owned();
            mutant.source = files::fingerprint(&text);
        }
        Ok(mutants)
    }

    /// Tries these mutants of a chapter; what came of each that was reached, by its name.
    ///
    /// # Errors
    /// When the tool cannot be started, or the tests are red without any mutant.
    pub fn try_out(&self, chapter: &Chapter, mutants: &[&Mutant]) -> Result<Vec<(String, Verdict)>> {
        let results = self.results.join(&chapter.folder);
        std::fs::create_dir_all(&results).with_context(|| format!("'{}' cannot be made", results.display()))?;
        let mut command = self.command(chapter);
        command.args(["--in-place", "--no-shuffle", "--output"]).arg(&results);
        command.args(mutants.iter().map(|mutant| format!("--re=^{}$", escaped(&mutant.name))));
        command.args(["--", "--lib"]);
        for file in copy::test_files(self.course, chapter)?.1 {
            command.args(["--test", &file]);
        }
        command.env("VLM_OPS", if chapter.package == OPERATORS { "fused" } else { "plain" });
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0"); // nobody reads the smallest example
        command.status().context("cargo cannot be started")?; // says "failed" when there are survivors, too
        outcomes(&results.join("mutants.out/outcomes.json"))
    }

    fn command(&self, chapter: &Chapter) -> Command {
        let mut command = cargo(&self.copy);
        command.arg("mutants").arg("--dir").arg(&self.copy);
        command.arg("--config").arg(self.course.root.join(".cargo/mutants.toml"));
        command.args(["--package", &chapter.package]);
        command
    }
}

/// A text as a regular expression that matches nothing else.
fn escaped(text: &str) -> String {
    let special = |letter: char| letter.is_ascii_punctuation() && !matches!(letter, '<' | '>' | '\'' | '"' | '/' | ':');
    text.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect()
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Tried>,
}

#[derive(Deserialize)]
struct Tried {
    scenario: Scenario,
    summary: String,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant { name: String },
}

/// What a run has left behind.
fn outcomes(file: &Path) -> Result<Vec<(String, Verdict)>> {
    let read: Outcomes = serde_json::from_str(&files::read(file)?)
        .with_context(|| format!("'{}' cannot be understood", file.display()))?;
    let mut tried = Vec::new();
    for one in read.outcomes {
        match (one.scenario, one.summary.as_str()) {
            (Scenario::Baseline, "Success") => {}
            (Scenario::Baseline, _) => {
                bail!("the tests are red without a mutant; see the log beside {}", file.display())
            }
            (Scenario::Mutant { name }, "CaughtMutant") => tried.push((name, Verdict::Caught)),
            (Scenario::Mutant { name }, "MissedMutant") => tried.push((name, Verdict::Survived)),
            (Scenario::Mutant { name }, "Timeout") => tried.push((name, Verdict::NeverEnded)),
            (Scenario::Mutant { name }, "Unviable") => tried.push((name, Verdict::DoesNotCompile)),
            (Scenario::Mutant { .. }, _) => {} // the run was stopped while it was at it
        }
    }
    Ok(tried)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_matches_itself_only() {
        assert_eq!(super::escaped("a.rs:1:2: replace + with *"), r"a\.rs:1:2: replace \+ with \*");
    }
}
