//! `cargo course`: the beginning, and the way on.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::{explain, list, notes};
use crate::course::Course;
use crate::outcome::{Outcome, bold, green, yellow};
use crate::workshop::{State, Workshop, has_space};

/// Makes the workshop if there is none, and says what is next.
///
/// # Errors
/// When the workshop cannot be written.
pub fn run(course: &Course, place: &Path) -> Result<Outcome> {
    let is_new = !State::is_at(place);
    let (workshop, changes) = Workshop::open(course, place)?;
    let mut text = notes(&changes);
    let exercises = course.exercises().count();
    if is_new {
        text.push_str(&format!(
            "{}\n{exercises} exercises so far, each a `todo!(…)` in an otherwise finished crate.\n\
             Open the folder in your editor, and let `cargo course watch` run beside it.\n\n",
            green(format!("Your workshop is ready: {}", place.display())),
        ));
        if has_space(course) {
            text.push_str(&format!("{} {}\n\n", yellow("note"), super::spaced(course)));
        }
    } else {
        text.push_str(&list::summary(&workshop));
        text.push('\n');
    }
    let next = workshop.next();
    match next {
        Some((chapter, exercise)) => {
            text.push_str(&format!("{} ", bold(if is_new { "First:" } else { "Next:" })));
            text.push_str(&explain::task(&workshop, chapter, exercise));
        }
        None => text.push_str(&green(format!(
            "All {exercises} exercises are green. `cargo vlm quickstart`, in the workshop, trains the model that you have written.\n"
        ))),
    }
    Outcome::new(
        text,
        json!({ "workshop": place.to_string_lossy(), "new": is_new, "changes": changes,
                "next": next.map(|(_, exercise)| exercise), "chapters": list::chapters(&workshop) }),
    )
}
