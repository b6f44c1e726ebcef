//! `cargo course solution`: how the course does it.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::anchors::indent;
use crate::course::{Chapter, Course, Exercise};
use crate::outcome::{Outcome, bold, dim};
use crate::workshop::{Progress, Workshop};

/// Shows the solution of an exercise that is green, or of any with `show_me`.
///
/// # Errors
/// When there is no such exercise, or it is not green and `show_me` was not said.
pub fn run(course: &Course, place: &Path, id: Option<&str>, show_me: bool) -> Result<Outcome> {
    let (workshop, _) = Workshop::open(course, place)?;
    let is_green =
        |&(chapter, exercise): &(&Chapter, &Exercise)| workshop.progress(chapter, exercise) == Progress::Green;
    let (chapter, exercise) = match id {
        Some(id) => course.exercise(id)?,
        None => course.exercises().filter(is_green).last().context("nothing is green yet; name an exercise")?,
    };
    if !show_me && !is_green(&(chapter, exercise)) {
        bail!(
            "{0} is not green yet. Look at `cargo course hint {0}` first; `cargo course solution {0} --show-me` shows it anyway",
            exercise.id
        );
    }
    let solution = course.solution(chapter, exercise)?;
    let text = format!(
        "{} · {}\n{}\n{}",
        bold(&exercise.id),
        exercise.title,
        dim(format!("chapters/{}/{}", chapter.folder, exercise.answer().display())),
        indent(&solution, "    ")
    );
    Outcome::new(text, json!({ "exercise": exercise.id, "solution": solution }))
}
