//! `cargo course verify`: the course keeps its promises, shown by running it.
//!
//! A workshop is generated and built twice. First the exercises are empty, as a learner gets them. Then they hold every
//! version at once, the solution, the stub and all mistakes, and an environment variable chooses; so one build serves
//! hundreds of runs. The tests that learners are to write are inside as well, empty and as the course has them.

mod proof;
mod prove;

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cli::VerifyArgs;
use crate::course::Course;
use crate::files;
use crate::lint;
use crate::mistakes;
use crate::outcome::Outcome;

pub use proof::Proof;
pub use prove::prove;

/// Proves the chapters that are named, or all, and writes down what came of it.
///
/// # Errors
/// When a chapter does not exist, or a file cannot be read or written.
pub fn run(course: &Course, args: &VerifyArgs) -> Result<Outcome> {
    let chapters = super::chapters(course, &args.chapters)?;
    let further = match &args.mistakes {
        Some(folder) => {
            anyhow::ensure!(
                folder.is_dir(),
                "'{}' is no folder; give one that holds <exercise>/<name>.rs",
                folder.display()
            );
            mistakes::read_all(folder)?
        }
        None => Vec::new(),
    };
    for mistake in &further {
        course.exercise(&mistake.exercise).with_context(|| format!("'{}/{}.rs'", mistake.exercise, mistake.name))?;
    }
    let place = args.path.clone().unwrap_or_else(|| course.root.join("target/course-verify"));
    std::fs::create_dir_all(&place).with_context(|| format!("'{}' cannot be made", place.display()))?;
    let place: PathBuf = place.canonicalize().with_context(|| format!("'{}' is gone", place.display()))?;
    let mut proof = prove(course, &chapters, &further, &place, args.record)?;
    let mut problems = lint::problems(course, &chapters)?;
    problems.append(&mut proof.problems);
    proof.problems = problems;
    if let Some(file) = &args.json {
        files::write(&std::path::absolute(file)?, &serde_json::to_string_pretty(&proof)?)?;
    }
    let good = proof.problems.is_empty();
    Ok(Outcome { good, ..Outcome::new(proof.in_words(), &proof)? })
}
