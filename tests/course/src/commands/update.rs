//! `cargo course update`: take over what is new in the course.

use std::path::Path;

use anyhow::Result;

use crate::course::Course;
use crate::outcome::{Outcome, green, yellow};
use crate::workshop::Workshop;

/// Brings the course's files up to date and says what changed. Sources that the learner has edited stay as they are.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(course: &Course, place: &Path) -> Result<Outcome> {
    let (_, changes) = Workshop::open(course, place)?;
    let mut text = String::new();
    let mut list = |paths: &[String], words: &str| {
        for path in paths {
            text.push_str(&format!("  {path}: {words}\n"));
        }
    };
    list(&changes.made, "new");
    list(&changes.updated, "a new version of the course's; nothing of yours was in it");
    list(&changes.restored, "belongs to the course and was restored; what stood there is in .course/backup");
    list(&changes.brought_back, "was gone and is there again");
    list(&changes.newer, "the course has a new version; yours was left as it is, the new one is in .course/new");
    list(
        &changes.given_up,
        "has changed since it was green; the later chapters use the solved one until it is green again",
    );
    list(&changes.missing, "is gone; `cargo course reset <exercise>` hands it out again");
    let head = if text.is_empty() { green("Everything is up to date.") } else { yellow("What changed:") };
    Outcome::new(format!("{head}\n{text}"), &changes)
}
