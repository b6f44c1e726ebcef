//! From the tests of an exercise to a verdict that helps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, anyhow};
use serde::Serialize;

use super::build::{Broken, Built, TestProgram, build_tests};
use super::jury::Votes;
use super::libtest::{Results, TestOutcome, run_tests};
use super::waiting::while_testing;
use crate::anchors::is_panic_of_stub;
use crate::course::{Chapter, Course, Exercise};
use crate::spec_files;
use crate::symptoms::{Failures, diagnose, read};

/// How an exercise stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// Every test is green.
    Green,
    /// Its `todo!` is still there.
    NotStarted,
    /// Its file or its anchors are gone.
    Lost {
        /// Which, and what to do.
        message: String,
    },
    /// It runs into an exercise that has to be solved first.
    Needs {
        /// That exercise.
        first: String,
    },
    /// It does not compile.
    Broken {
        /// The compiler's words.
        message: String,
    },
    /// Tests are red.
    Red {
        /// What each of them says.
        failures: Failures,
        /// The known mistake that fails in the same way.
        mistake: Option<String>,
    },
    /// A test of the learner's is red although nothing is wrong.
    RejectsTheRight {
        /// What it says.
        failures: Failures,
    },
    /// A test of the learner's is green with too many wrong versions.
    AcceptsTheWrong {
        /// One of them.
        mistake: String,
    },
}

/// A verdict with what it was about.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The exercise.
    pub exercise: String,
    /// How it stands.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How many tests ran.
    pub tests: usize,
    /// What a test of the learner's made of the wrong versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
}

/// Builds and runs the specification of one exercise in the workshop at `place`.
///
/// # Errors
/// When Cargo or a test program cannot be started, or a file of the course cannot be read.
pub fn check_exercise(course: &Course, chapter: &Chapter, exercise: &Exercise, place: &Path) -> Result<Report> {
    let tests = spec_files::of_exercise(chapter, exercise, &spec_files::tests_of(course, chapter)?);
    let files: BTreeSet<String> = tests.iter().filter_map(|test| test.split("::").next()).map(str::to_owned).collect();
    let files: Vec<String> = files.into_iter().collect();
    let verdict = match build_tests(place, &chapter.package, &files)? {
        Built::Broken(Broken { message, .. }) => Verdict::Broken { message },
        Built::Tests { programs, .. } => {
            let folder = place.join("chapters").join(&chapter.folder);
            let results = while_testing(|| run(&programs, &tests, &folder, None))?;
            verdict(course, chapter, exercise, results)?
        }
    };
    Ok(Report { exercise: exercise.id.clone(), verdict, tests: tests.len(), votes: None })
}

/// Runs tests, `file::test`, of several programs.
///
/// # Errors
/// When a program is missing or cannot be started.
pub fn run(programs: &[TestProgram], tests: &[String], folder: &Path, variant: Option<&str>) -> Result<Results> {
    let mut by_file: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for test in tests {
        if let Some((file, name)) = test.split_once("::") {
            by_file.entry(file).or_default().push(name.to_owned());
        }
    }
    let mut results = Results::new();
    for (file, names) in by_file {
        let program = programs.iter().find(|program| program.name == file);
        let program = program.ok_or_else(|| anyhow!("there is no test file tests/{file}.rs; correct `spec`"))?;
        results.extend(run_tests(program, &names, folder, variant)?);
    }
    Ok(results)
}

/// The red ones among the results, and what they say.
pub fn failures(results: Results) -> Failures {
    let red = |(test, outcome)| match outcome {
        TestOutcome::Passed => None,
        TestOutcome::Failed(message) => Some((test, message)),
    };
    results.into_iter().filter_map(red).collect()
}

/// What the results say about an exercise.
///
/// # Errors
/// When the recorded symptoms cannot be read.
pub fn verdict(course: &Course, chapter: &Chapter, exercise: &Exercise, results: Results) -> Result<Verdict> {
    let failures = failures(results);
    if failures.is_empty() {
        return Ok(Verdict::Green);
    }
    let runs_into = |id: &str| failures.values().any(|message| is_panic_of_stub(message, id));
    if runs_into(&exercise.id) {
        return Ok(Verdict::NotStarted);
    }
    let others = course.exercises().filter(|(_, other)| other.id != exercise.id);
    if let Some((_, first)) = others.into_iter().find(|(_, other)| runs_into(&other.id)) {
        return Ok(Verdict::Needs { first: first.id.clone() });
    }
    let known = read(&course.folder(chapter))?;
    let mistake = known.get(&exercise.id).and_then(|known| diagnose(&failures, known)).map(str::to_owned);
    Ok(Verdict::Red { failures, mistake })
}
