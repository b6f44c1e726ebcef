//! One module per command.

mod check;
mod doctor;
mod explain;
mod hint;
mod home;
mod list;
mod mutants;
mod reset;
mod solution;
mod update;
mod verify;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cli::{Cli, Command, Common};
use crate::course::{Chapter, Course, Exercise};
use crate::workshop::{Changes, State, Workshop};

pub use verify::{Proof, prove};

/// Carries out a command and prints what it has to say. Returns whether all is well.
///
/// # Errors
/// When the command cannot be carried out; the message says what to do.
pub fn run(cli: Cli) -> Result<bool> {
    let root = cli.course.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let root = root.canonicalize().with_context(|| format!("there is no course at '{}'", root.display()))?;
    let course = Course::open(&root)?;
    let (outcome, json) = match cli.command {
        None => (home::run(&course, &place(&course, &cli.common)?)?, cli.common.json),
        Some(Command::Check { what, common }) => {
            (check::run(&course, &place(&course, &common)?, what.as_deref())?, common.json)
        }
        Some(Command::Watch { common }) => {
            watch::run(&course, &place(&course, &common)?, common.json)?;
            return Ok(true);
        }
        Some(Command::Hint { exercise, common }) => {
            (hint::run(&course, &place(&course, &common)?, exercise.as_deref())?, common.json)
        }
        Some(Command::Solution { exercise, show_me, common }) => {
            (solution::run(&course, &place(&course, &common)?, exercise.as_deref(), show_me)?, common.json)
        }
        Some(Command::Reset { exercise, common }) => {
            (reset::run(&course, &place(&course, &common)?, &exercise)?, common.json)
        }
        Some(Command::List { common }) => (list::run(&course, &place(&course, &common)?)?, common.json),
        Some(Command::Doctor { common }) => (doctor::run(&course, &place(&course, &common)?)?, common.json),
        Some(Command::Update { common }) => (update::run(&course, &place(&course, &common)?)?, common.json),
        Some(Command::Verify(args)) => (verify::run(&course, &args)?, false),
        Some(Command::Mutants(args)) => (mutants::run(&course, &args)?, false),
    };
    outcome.print(json);
    Ok(outcome.good)
}

/// The chapters of these names; all that have exercises when there are none.
fn chapters<'a>(course: &'a Course, names: &[String]) -> Result<Vec<&'a Chapter>> {
    if names.is_empty() {
        return Ok(course.chapters.iter().collect());
    }
    let find = |name: &String| {
        course.chapter(name).with_context(|| format!("there is no chapter '{name}' with exercises; name it like 01"))
    };
    names.iter().map(find).collect()
}

/// Where the workshop is: where the option says, or around the current folder, or `workshop/` in the course.
fn place(course: &Course, common: &Common) -> Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder is gone; change to another one")?;
    let place = match &common.path {
        Some(path) => here.join(path),
        None => {
            let around = here.ancestors().find(|folder| State::is_at(folder));
            around.map_or_else(|| course.root.join("workshop"), Path::to_owned)
        }
    };
    // A folder that does not exist yet has no canonical form, but its parent may have.
    match (place.canonicalize(), place.parent().map(Path::canonicalize), place.file_name()) {
        (Ok(place), ..) => Ok(place),
        (_, Some(Ok(parent)), Some(name)) => Ok(parent.join(name)),
        _ => Ok(place),
    }
}

/// The named exercise, or the current one: the first that is not green.
fn chosen<'a>(workshop: &Workshop<'a>, id: Option<&str>) -> Result<Option<(&'a Chapter, &'a Exercise)>> {
    match id {
        Some(id) => workshop.course.exercise(id).map(Some),
        None => Ok(workshop.next()),
    }
}

/// What happened to the files of a workshop that was already there, as far as a learner should know.
fn notes(changes: &Changes) -> String {
    let mut text = String::new();
    let mut note = |paths: &[String], words: &str| {
        for path in paths {
            text.push_str(&format!("{} {path}: {words}\n", crate::outcome::yellow("note")));
        }
    };
    note(&changes.restored, "belongs to the course and was restored; what stood there is in .course/backup");
    note(&changes.newer, "the course has a new version; yours was left as it is, the new one is in .course/new");
    note(&changes.missing, "is gone; `cargo course reset <exercise>` hands it out again");
    text
}
