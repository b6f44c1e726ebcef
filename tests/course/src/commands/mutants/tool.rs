//! cargo-mutants, asked for what it knows and for what it can do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::copy::{self, Copy};
use super::record::Verdict;
use crate::course::{Chapter, Course};
use crate::files;
use crate::run::cargo;

/// The chapter whose operators exist twice. Its tests compare the two, and run as the course runs, with the fused ones; those of
/// the other chapters run as in a workshop, with the bodies that learners write.
const OPERATORS: &str = "foundations";

/// How long the tests of a mutant may take, in seconds; those of no chapter need a tenth of it.
const PATIENCE: &str = "120";

/// How cargo-mutants ends (its manual, "Exit codes").
const FOUND: i32 = 0;
const SURVIVED: i32 = 2;
const TIMED_OUT: i32 = 3;
const RED_WITHOUT: i32 = 4;

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
    /// What the file was like but for its comments, as a fingerprint.
    #[serde(skip)]
    pub source: String,
}

/// A source without the lines that are comments: nothing that is said in them changes what becomes of a mutant.
fn without_comments(source: &str) -> String {
    source.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
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
    copy: Copy,
    /// Where results lie.
    pub results: PathBuf,
}

impl<'a> Tool<'a> {
    /// The tool for this copy.
    ///
    /// # Errors
    /// When it is not installed.
    pub fn new(course: &'a Course, copy: Copy) -> Result<Self> {
        let asked = cargo(&copy.place).args(["mutants", "--version"]).stderr(Stdio::null()).output();
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
            mutant.source = files::fingerprint(&without_comments(&text));
        }
        Ok(mutants)
    }

    /// Tries number `index` of the `count` mutants of a chapter, after a try without any when `begin` says so. Nothing comes of
    /// it when it was stopped.
    ///
    /// # Errors
    /// When the tool cannot be started, gives up, or finds the tests red without any mutant.
    pub fn try_one(&self, chapter: &Chapter, index: usize, count: usize, begin: bool) -> Result<Option<Verdict>> {
        let results = self.results.join(&chapter.folder);
        std::fs::create_dir_all(&results).with_context(|| format!("'{}' cannot be made", results.display()))?;
        let mut command = self.command(chapter);
        // A shard of one. (`--re` would choose by name, but fields of structures do not listen to it.)
        command.args(["--in-place", "--no-shuffle", &format!("--shard={index}/{count}"), "--output"]).arg(&results);
        command.args(["--timeout", PATIENCE, "--baseline", if begin { "run" } else { "skip" }, "--cargo-arg=--lib"]);
        for file in copy::test_files(self.course, chapter)?.1 {
            command.arg(format!("--cargo-arg=--test={file}"));
        }
        command.env("VLM_OPS", if chapter.package == OPERATORS { "fused" } else { "plain" });
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0"); // nobody reads the smallest example
        let output = command.output().context("cargo cannot be started")?; // "failed" when a mutant survives, too
        let file = results.join("mutants.out/outcomes.json");
        if does_not_link(&results.join("mutants.out/log"))? {
            self.forget_builds(chapter)?;
            bail!(
                "chapter {}: an earlier build was broken off and left half of itself behind. It has been removed; say it again",
                chapter.number()
            );
        }
        match output.status.code() {
            Some(FOUND | SURVIVED | TIMED_OUT) => verdict(&file),
            Some(RED_WITHOUT) => bail!(
                "chapter {}: the tests are red although nothing was changed; see {}",
                chapter.number(),
                results.join("mutants.out/log").display()
            ),
            _ => bail!("cargo-mutants gave up:\n{}", String::from_utf8_lossy(&output.stderr).trim_end()),
        }
    }

    /// Removes what the compiler remembers of a chapter from build to build: after one that was broken off, it may not fit
    /// together, and then sound mutants do not link.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget_builds(&self, chapter: &Chapter) -> Result<()> {
        let folder = self.course.root.join("target/debug/incremental");
        if !folder.is_dir() {
            return Ok(());
        }
        let beginning = format!("{}-", chapter.package.replace('-', "_"));
        for name in files::names_in(&folder)?.iter().filter(|name| name.starts_with(&beginning)) {
            std::fs::remove_dir_all(folder.join(name)).with_context(|| format!("'{name}' cannot be removed"))?;
        }
        Ok(())
    }

    fn command(&self, chapter: &Chapter) -> Command {
        let mut command = cargo(&self.copy.place);
        command.arg("mutants").arg("--dir").arg(&self.copy.place);
        command.arg("--config").arg(self.course.root.join(".cargo/mutants.toml"));
        command.args(["--package", &chapter.package]);
        command
    }
}

/// Whether the linker complained: a mutant that compiles links, too.
fn does_not_link(logs: &Path) -> Result<bool> {
    let names = if logs.is_dir() { files::names_in(logs)? } else { Vec::new() };
    let texts = names.iter().map(|name| std::fs::read(logs.join(name)).unwrap_or_default());
    Ok(texts.into_iter().any(|text| String::from_utf8_lossy(&text).contains("error: linking with")))
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
    Mutant {},
}

/// What became of the one mutant of a run.
fn verdict(file: &Path) -> Result<Option<Verdict>> {
    let read: Outcomes = serde_json::from_str(&files::read(file)?)
        .with_context(|| format!("'{}' cannot be understood", file.display()))?;
    let mutant = read.outcomes.iter().find(|one| matches!(one.scenario, Scenario::Mutant {}));
    Ok(mutant.and_then(|one| match one.summary.as_str() {
        "CaughtMutant" => Some(Verdict::Caught),
        "MissedMutant" => Some(Verdict::Survived),
        "Timeout" => Some(Verdict::NeverEnded),
        "Unviable" => Some(Verdict::DoesNotCompile),
        _ => None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_makes_no_other_source() {
        let code = "fn one() -> u8 {\n    1 // one\n}\n";
        assert_eq!(without_comments(&format!("//! Ones.\n\n/// One.\n{code}")), format!("\n{code}"));
        assert_ne!(without_comments(code), without_comments(&code.replace("1 //", "2 //")));
    }
}
