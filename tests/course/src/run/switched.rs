//! The workshop that holds every version of every exercise.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::build::{Broken, Built, TestProgram, build_tests};
use crate::course::{Chapter, Course, Exercise};
use crate::files;
use crate::mistakes::Mistake;
use crate::workshop::{Bodies, Layout, State, sync};

/// A chapter's test programs with all versions inside, and the mistakes that had to be left out.
#[derive(Debug)]
pub struct Switched {
    /// The programs.
    pub programs: Vec<TestProgram>,
    /// The mistakes that are inside.
    pub mistakes: Vec<Mistake>,
    /// These do not compile.
    pub left_out: Vec<(Mistake, String)>,
}

/// Writes and builds the workshop; mistakes that do not compile are left out. Fails with the compiler's words when it is
/// not a mistake's fault. Of the tests, all are built; or only a property with the text that a learner wrote for it.
///
/// # Errors
/// When a file cannot be written, or Cargo cannot be started.
pub fn build(
    course: &Course,
    chapter: &Chapter,
    mistakes: &[Mistake],
    place: &Path,
    written: Option<(&Exercise, &str)>,
) -> Result<std::result::Result<Switched, String>> {
    let mut mistakes = mistakes.to_vec();
    let mut left_out = Vec::new();
    loop {
        let mut layout = Layout::new(course, place, &BTreeSet::new(), Bodies::Switched(&mistakes))?;
        if let Some((property, text)) = written {
            let path = format!("chapters/{}/{}", chapter.folder, files::slashed(&property.file));
            layout.of_learner.insert(path, text.to_owned());
        }
        lay_out(course, &layout, place)?;
        let tests: Vec<String> = written.iter().map(|(property, _)| property.test_target()).collect();
        let broken = match build_tests(place, &chapter.package, &tests)? {
            Built::Tests { programs, .. } => return Ok(Ok(Switched { programs, mistakes, left_out })),
            Built::Broken(broken) => broken,
        };
        let guilty = guilty(&broken, &mistakes)?;
        if guilty.is_empty() {
            return Ok(Err(broken.message));
        }
        let is_guilty = |mistake: &Mistake| guilty.contains(&(mistake.exercise.clone(), mistake.name.clone()));
        left_out.extend(
            mistakes.iter().filter(|mistake| is_guilty(mistake)).map(|one| (one.clone(), broken.message.clone())),
        );
        mistakes.retain(|mistake| !is_guilty(mistake));
    }
}

/// Brings the files of a workshop that has no learner to this state.
///
/// # Errors
/// When a file cannot be written.
pub fn lay_out(course: &Course, layout: &Layout, place: &Path) -> Result<()> {
    for (path, text) in &layout.of_learner {
        let target = place.join(path);
        // A file that stays as it is keeps its time, so Cargo does not compile it again.
        if std::fs::read_to_string(&target).ok().as_ref() != Some(text) {
            files::write(&target, text)?;
        }
    }
    forget_moved(layout, place)?;
    let mut state = State::read(place);
    sync(course, place, layout, &mut state)?;
    state.write(place)
}

/// Removes the sources of an earlier time: a module that has moved would be there twice.
fn forget_moved(layout: &Layout, place: &Path) -> Result<()> {
    for path in files::below(&place.join("chapters"))? {
        let name = format!("chapters/{}", files::slashed(&path));
        let is_wanted = layout.of_learner.contains_key(&name) || layout.of_course.contains_key(&name);
        if !is_wanted && path.extension().is_some_and(|ending| ending == "rs") {
            let file = place.join(&name);
            std::fs::remove_file(&file).with_context(|| format!("'{}' cannot be removed", file.display()))?;
        }
    }
    Ok(())
}

/// The exercises and names of the mistakes in whose lines the errors are.
fn guilty(broken: &Broken, mistakes: &[Mistake]) -> Result<BTreeSet<(String, String)>> {
    let mut guilty = BTreeSet::new();
    for (path, line) in &broken.places {
        if !path.is_file() {
            continue;
        }
        let text = files::read(path)?;
        let mut name = None;
        for line in text.lines().take(*line).collect::<Vec<_>>().into_iter().rev().map(str::trim) {
            if let Some(exercise) =
                line.strip_prefix("match crate::course_variant(\"").and_then(|rest| rest.strip_suffix("\") {"))
            {
                let known =
                    mistakes.iter().find(|mistake| mistake.exercise == exercise && Some(mistake.name.as_str()) == name);
                guilty.extend(known.map(|mistake| (mistake.exercise.clone(), mistake.name.clone())));
                break;
            }
            let arm = line.strip_prefix("Some(\"").and_then(|rest| rest.strip_suffix("\") => {"));
            name = name.or(arm).or((line == "_ => {").then_some("the solution"));
        }
    }
    Ok(guilty)
}
