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

use anyhow::{Context, Result, bail};

use crate::cli::{Cli, Command};
use crate::course::{Chapter, Course, Exercise};
use crate::run::stop_on_signal;
use crate::workshop::{Changes, State, Workshop};

pub use verify::{Proof, prove};

/// The status of a command that a signal has ended, as shells have it for Ctrl-C.
const STOPPED: i32 = 130;

/// Carries out a command and prints what it has to say. Returns whether all is well.
///
/// # Errors
/// When the command cannot be carried out; the message says what to do.
pub fn run(cli: Cli) -> Result<bool> {
    let root = cli.course.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let root = root.canonicalize().with_context(|| format!("there is no course at '{}'", root.display()))?;
    let course = Course::open(&root)?;
    let common = cli.common();
    let for_authors = matches!(cli.command, Some(Command::Verify(_) | Command::Mutants(_)));
    if for_authors && (common.json || common.path.is_some()) {
        bail!("options of `verify` and `mutants` stand behind their names; see `cargo course help verify`");
    }
    let place = || place(&course, common.path.as_deref());
    let outcome = match cli.command {
        None => home::run(&course, &place()?)?,
        Some(Command::Check { what, .. }) => {
            stop_on_signal("", STOPPED)?;
            check::run(&course, &place()?, what.as_deref())?
        }
        Some(Command::Watch { .. }) => {
            watch::run(&course, &place()?, common.json)?;
            return Ok(true);
        }
        Some(Command::Hint { exercise, .. }) => hint::run(&course, &place()?, exercise.as_deref())?,
        Some(Command::Solution { exercise, show_me, .. }) => {
            solution::run(&course, &place()?, exercise.as_deref(), show_me)?
        }
        Some(Command::Reset { exercise, .. }) => reset::run(&course, &place()?, &exercise)?,
        Some(Command::List { .. }) => list::run(&course, &place()?)?,
        Some(Command::Doctor { .. }) => doctor::run(&course, &place()?)?,
        Some(Command::Update { .. }) => update::run(&course, &place()?)?,
        Some(Command::Verify(args)) => verify::run(&course, &args)?,
        Some(Command::Mutants(args)) => mutants::run(&course, &args)?,
    };
    outcome.print(common.json);
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
fn place(course: &Course, said: Option<&Path>) -> Result<PathBuf> {
    let here = std::env::current_dir().context("the current folder is gone; change to another one")?;
    let place = match said {
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

/// What a space in the course's path means for the learner.
fn spaced(course: &Course) -> String {
    let root = course.root.display();
    format!(
        "the path '{root}' holds a space, where Cargo would cut a command in two: inside of the workshop there is no \
         `cargo course`. Say it in '{root}', or move the course to a path without spaces."
    )
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
    note(&changes.brought_back, "was gone and is there again");
    note(&changes.newer, "the course has a new version; yours was left as it is, the new one is in .course/new");
    note(
        &changes.given_up,
        "has changed since it was green; the later chapters use the solved one until `cargo course check` finds it green again",
    );
    note(&changes.missing, "is gone; `cargo course reset <exercise>` hands it out again");
    text
}
