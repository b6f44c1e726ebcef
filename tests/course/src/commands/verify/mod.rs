//! `cargo course verify`: the course keeps its promises, shown by running it.
//!
//! A workshop is generated and built twice. First the exercises are empty, as a learner gets them. Then they hold every
//! version at once, the solution, the stub and all mistakes, and an environment variable chooses; so one build serves
//! hundreds of runs. The tests that learners are to write are inside as well, empty and as the course has them.

mod proof;
mod prove;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cli::VerifyArgs;
use crate::course::Course;
use crate::files;
use crate::lint;
use crate::mistakes;
use crate::outcome::Outcome;

pub use proof::Proof;
pub use prove::prove;

/// Lies in every folder that `verify` was told to build in: what stands there is its own, and may be written over.
const MARK: &str = ".course-verify";

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
    let place = bench(course, args.path.as_deref())?;
    let _held = files::hold(&place)?;
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

/// Where to build: below the course's build folder, or where the option says, if nothing of anybody's is there. Every
/// source is written over, and to whoever learns, `--path` means their workshop.
fn bench(course: &Course, said: Option<&Path>) -> Result<PathBuf> {
    let place = said.map_or_else(|| course.root.join("target/course-verify"), Path::to_owned);
    std::fs::create_dir_all(&place).with_context(|| format!("'{}' cannot be made", place.display()))?;
    let place = place.canonicalize().with_context(|| format!("'{}' is gone", place.display()))?;
    if said.is_some() {
        let is_free = files::names_in(&place)?.is_empty() || place.join(MARK).is_file();
        if place == course.root || !is_free {
            bail!(
                "'{}' is not empty and not made by `cargo course verify`, which writes over every source; name a new \
                 folder with `--path`, or none",
                place.display()
            );
        }
        files::write(&place.join(MARK), "Made by `cargo course verify`, which writes over what stands here.\n")?;
    }
    Ok(place)
}
