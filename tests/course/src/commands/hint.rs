//! `cargo course hint`: one more each time.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::chosen;
use crate::course::Course;
use crate::outcome::{Outcome, bold, dim, green, wrapped};
use crate::workshop::Workshop;

/// Shows all hints so far and the next one.
///
/// # Errors
/// When there is no such exercise, or the workshop cannot be written.
pub fn run(course: &Course, place: &Path, id: Option<&str>) -> Result<Outcome> {
    let (mut workshop, _) = Workshop::open(course, place)?;
    let Some((_, exercise)) = chosen(&workshop, id)? else {
        return Outcome::new(green("Everything is green; there is nothing left to hint at."), json!({ "hints": [] }));
    };
    let seen = workshop.state.hints.get(&exercise.id).copied().unwrap_or(0);
    let level = (seen + 1).min(exercise.hints.len());
    workshop.remember(|state| {
        state.hints.insert(exercise.id.clone(), level);
    })?;
    let mut text = format!("{} · {}\n", bold(&exercise.id), exercise.title);
    for (number, hint) in exercise.hints.iter().take(level).enumerate() {
        text.push_str(&format!("{}\n", dim(format!("hint {} of {}", number + 1, exercise.hints.len()))));
        for line in hint.trim().lines() {
            text.push_str(&if line.starts_with(' ') { format!("    {line}\n") } else { wrapped(line, "  ", 100) });
        }
    }
    if seen >= exercise.hints.len() {
        text.push_str(&format!(
            "That was the last one; {} shows it all.\n",
            bold(format!("cargo course solution {} --show-me", exercise.id))
        ));
    }
    Outcome::new(text, json!({ "exercise": exercise.id, "level": level, "hints": exercise.hints[..level] }))
}
