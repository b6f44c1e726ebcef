//! `cargo course list`: all exercises and how they stand.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use super::notes;
use crate::course::{Chapter, Course};
use crate::outcome::{Outcome, bold, dim, green, red, yellow};
use crate::workshop::{Progress, Workshop};

/// A chapter and how its exercises stand.
#[derive(Debug, Serialize)]
pub struct ChapterProgress<'a> {
    chapter: &'a str,
    title: &'a str,
    green: usize,
    exercises: Vec<ExerciseProgress<'a>>,
}

/// An exercise and how it stands.
#[derive(Debug, Serialize)]
struct ExerciseProgress<'a> {
    id: &'a str,
    title: &'a str,
    minutes: u32,
    difficulty: u8,
    progress: Progress,
}

/// Shows the exercises of every chapter.
///
/// # Errors
/// When the workshop cannot be written.
pub fn run(course: &Course, place: &Path) -> Result<Outcome> {
    let (workshop, changes) = Workshop::open(course, place)?;
    let mut text = notes(&changes);
    for chapter in chapters(&workshop) {
        let count = format!("{} of {}", chapter.green, chapter.exercises.len());
        text.push_str(&format!("{}  {}\n", bold(format!("{} · {}", chapter.chapter, chapter.title)), dim(count)));
        for exercise in &chapter.exercises {
            let (sign, words) = match exercise.progress {
                Progress::Green => (green("●"), ""),
                Progress::Written => (yellow("◐"), "  written; `cargo course check` says how it stands"),
                Progress::NotStarted => (dim("○"), ""),
                Progress::Lost => {
                    (red("✗"), "  its file or its anchors are gone; `cargo course reset` brings them back")
                }
            };
            let stars = "★".repeat(exercise.difficulty.into());
            text.push_str(&format!(
                "  {sign} {:<28} {} {}{}\n",
                exercise.id,
                exercise.title,
                dim(format!("{} min {stars}", exercise.minutes)),
                dim(words)
            ));
        }
        text.push('\n');
    }
    text.push_str(&summary(&workshop));
    Outcome::new(text, json!({ "changes": changes, "chapters": chapters(&workshop) }))
}

/// Every chapter and how its exercises stand.
pub fn chapters<'a>(workshop: &Workshop<'a>) -> Vec<ChapterProgress<'a>> {
    let of_chapter = |chapter: &'a Chapter| {
        let exercises: Vec<ExerciseProgress> = chapter
            .all()
            .map(|exercise| ExerciseProgress {
                id: &exercise.id,
                title: &exercise.title,
                minutes: exercise.minutes,
                difficulty: exercise.difficulty,
                progress: workshop.progress(chapter, exercise),
            })
            .collect();
        let green = exercises.iter().filter(|exercise| exercise.progress == Progress::Green).count();
        ChapterProgress { chapter: chapter.number(), title: &chapter.title, green, exercises }
    };
    workshop.course.chapters.iter().map(of_chapter).collect()
}

/// One line: how many exercises are green.
pub fn summary(workshop: &Workshop) -> String {
    let chapters = chapters(workshop);
    let all: usize = chapters.iter().map(|chapter| chapter.exercises.len()).sum();
    let done: usize = chapters.iter().map(|chapter| chapter.green).sum();
    let cells = 24;
    let full = (cells * done).checked_div(all).unwrap_or(0);
    format!("{}{} {done} of {all} exercises are green\n", green("█".repeat(full)), dim("░".repeat(cells - full)))
}
