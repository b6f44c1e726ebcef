//! `cargo course reset`: begin an exercise again, with what was written put aside.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use crate::anchors::{Region, stub};
use crate::course::Course;
use crate::files;
use crate::outcome::{Outcome, green};
use crate::workshop::{Bodies, Layout, Workshop, free_name};

/// Empties the region of an exercise. Where its file or its anchors are gone, the file is handed out again.
///
/// # Errors
/// When there is no such exercise, or a file cannot be written.
pub fn run(course: &Course, place: &Path, id: &str) -> Result<Outcome> {
    let (chapter, exercise) = course.exercise(id)?;
    let (mut workshop, _) = Workshop::open(course, place)?;
    let target = workshop.file(chapter, exercise);
    let now = if target.is_file() { Some(files::read(&target)?) } else { None };
    let region = now.as_deref().and_then(|text| Region::find(text, id).ok());
    let key = format!("chapters/{}/{}", chapter.folder, files::slashed(&exercise.file));
    let (text, what) = match &region {
        Some(region) => (region.with_body(&stub(id)), "is empty again"),
        None => {
            let mut layout = Layout::new(course, place, &workshop.own_chapters(), Bodies::Stubs)?;
            let text = layout.of_learner.remove(&key).unwrap_or_default();
            (text, "has its file back as it was handed out")
        }
    };
    let backup = match &now {
        Some(now) => {
            let backup = free_name(place, &key);
            files::write(&backup, now)?;
            Some(backup)
        }
        None => None,
    };
    files::write(&target, &text)?;
    workshop.remember(|state| {
        state.green.remove(id);
        state.hints.remove(id);
    })?;
    let mut words = format!("{} {what}.\n", green(id));
    if let Some(backup) = &backup {
        words.push_str(&format!("What you had written is in {}\n", backup.display()));
    }
    Outcome::new(words, json!({ "exercise": id, "backup": backup.as_deref().map(Path::to_string_lossy) }))
}
