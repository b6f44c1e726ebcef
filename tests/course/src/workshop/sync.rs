//! Bringing a workshop up to date without ever losing a line of the learner's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use super::{Layout, State};
use crate::course::{Chapter, Course, Exercise};
use crate::files;

/// Where edited files of the course are put aside, and new versions of edited sources are laid down.
const BACKUP: &str = ".course/backup";
const NEW: &str = ".course/new";

/// What was done to the files.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Files that were not there.
    pub made: Vec<String>,
    /// Files of the course that the learner had edited; what stood there was put aside.
    pub restored: Vec<String>,
    /// Files of the course, and sources without an exercise, that were gone and have been written again.
    pub brought_back: Vec<String>,
    /// Files of the course of which there is a new version.
    pub updated: Vec<String>,
    /// Sources of the learner's of which the course has a new version; theirs were left as they are.
    pub newer: Vec<String>,
    /// Sources with an exercise that were handed out and are gone.
    pub missing: Vec<String>,
    /// Chapters that are not as they were when they were green: the later ones use the solved ones instead.
    pub given_up: Vec<String>,
}

/// Writes what is missing, restores what is the course's, and leaves alone what is the learner's.
///
/// # Errors
/// When a file cannot be read or written.
pub fn sync(course: &Course, place: &Path, layout: &Layout, state: &mut State) -> Result<Changes> {
    let mut changes = Changes::default();
    for (path, text) in &layout.of_course {
        course_file(place, path, text, state, &mut changes)?;
    }
    let file = |(chapter, exercise): (&Chapter, &Exercise)| {
        format!("chapters/{}/{}", chapter.folder, files::slashed(&exercise.file))
    };
    let with_exercises: BTreeSet<String> = course.exercises().map(file).collect();
    for (path, text) in &layout.of_learner {
        learner_file(place, (path, text), with_exercises.contains(path), state, &mut changes)?;
    }
    lock_file(course, place, state)?;
    Ok(changes)
}

fn course_file(place: &Path, path: &str, text: &str, state: &mut State, changes: &mut Changes) -> Result<()> {
    let target = place.join(path);
    let known = state.handed_out.get(path).cloned();
    let now = target.is_file().then(|| files::read(&target)).transpose()?;
    if now.as_deref() != Some(text) {
        let edited = now.as_ref().is_some_and(|now| known.as_ref() != Some(&files::fingerprint(now)));
        match &now {
            Some(now) if edited => files::write(&free_name(place, path), now)?,
            _ => {}
        }
        files::write(&target, text)?;
        let list = match (now.is_some(), known.is_some()) {
            (true, _) if edited => &mut changes.restored,
            (false, true) => &mut changes.brought_back,
            (true, _) => &mut changes.updated,
            (false, false) => &mut changes.made,
        };
        list.push(path.to_owned());
    }
    state.handed_out.insert(path.to_owned(), files::fingerprint(text));
    Ok(())
}

/// A source that is gone is written again, unless the learner's work was in it: only they know where that is now.
fn learner_file(
    place: &Path,
    (path, text): (&str, &str),
    has_exercise: bool,
    state: &mut State,
    changes: &mut Changes,
) -> Result<()> {
    let (target, new) = (place.join(path), files::fingerprint(text));
    let known = state.handed_out.get(path).cloned();
    if !target.exists() {
        if known.is_some() && has_exercise {
            changes.missing.push(path.to_owned());
            return Ok(());
        }
        files::write(&target, text)?;
        let list = if known.is_some() { &mut changes.brought_back } else { &mut changes.made };
        list.push(path.to_owned());
    } else if known.is_some() && known.as_ref() != Some(&new) {
        // There is a new version. It replaces the old one only where nobody has written anything.
        let now = files::read(&target)?;
        if now != text {
            if known == Some(files::fingerprint(&now)) {
                files::write(&target, text)?;
                changes.updated.push(path.to_owned());
            } else {
                files::write(&place.join(NEW).join(path), text)?;
                changes.newer.push(path.to_owned());
            }
        }
    }
    state.handed_out.insert(path.to_owned(), new);
    Ok(())
}

/// A name in the backup folder that is not taken: nothing that was put aside is ever replaced.
pub fn free_name(place: &Path, path: &str) -> PathBuf {
    let folder = place.join(BACKUP);
    let mut number = 1;
    loop {
        let free = folder.join(format!("{path}.{number}"));
        if !free.exists() {
            return free;
        }
        number += 1;
    }
}

/// The versions of all dependencies: the course's, once; Cargo then keeps the file.
fn lock_file(course: &Course, place: &Path, state: &mut State) -> Result<()> {
    let source = course.root.join("Cargo.lock");
    if !source.is_file() {
        return Ok(());
    }
    let text = files::read(&source)?;
    let new = files::fingerprint(&text);
    if !place.join("Cargo.lock").is_file() || state.handed_out.get("Cargo.lock") != Some(&new) {
        files::write(&place.join("Cargo.lock"), &text)?;
        state.handed_out.insert("Cargo.lock".to_owned(), new);
    }
    Ok(())
}
