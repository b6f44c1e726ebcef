//! `cargo course watch`: a verdict at every save.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};
use notify::{EventKind, RecursiveMode, Watcher};
use serde_json::json;

use super::{check, notes};
use crate::course::{Chapter, Course, Exercise};
use crate::outcome::{Outcome, dim, red};
use crate::run::{Built, build_tests, stop_on_signal};
use crate::workshop::Workshop;

/// Editors write a file in several steps; what comes within this time is one save.
const ONE_SAVE: Duration = Duration::from_millis(60);

/// Checks the exercise whose lines changed, each time a source is saved. Ends with Ctrl-C.
///
/// # Errors
/// When the workshop cannot be written or watched.
pub fn run(course: &Course, place: &Path, json: bool) -> Result<()> {
    let last_words = "\nStopped. Nothing is lost; `cargo course watch` goes on.";
    stop_on_signal(if json { "" } else { last_words }, 0)?;
    let (mut workshop, changes) = Workshop::open(course, place)?;
    let (sender, saves) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is an event, too, on some systems; checking reads, and must not start itself again.
        let is_save = event.is_ok_and(|event| {
            matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_))
                && event.paths.iter().any(|path| path.extension().is_some_and(|extension| extension == "rs"))
        });
        if is_save {
            let _ = sender.send(()); // nobody listens any more when the command is ending
        }
    })
    .context("files cannot be watched on this system; use `cargo course check`")?;
    watcher
        .watch(&place.join("chapters"), RecursiveMode::Recursive)
        .with_context(|| format!("'{}' cannot be watched; use `cargo course check`", place.display()))?;
    if !json {
        anstream::print!("{}", notes(&changes));
        anstream::println!("{}", dim("Watching; Ctrl-C ends it. Save a file to have it checked."));
    }
    let mut bodies = all_bodies(&workshop);
    let mut ready = None;
    if let Some((chapter, exercise)) = workshop.next() {
        say(check::one(&mut workshop, chapter, exercise), json)?;
        make_ready(&workshop, chapter, &mut ready);
    }
    while next_save(&saves) {
        match workshop.sync() {
            Ok(changes) if !json => anstream::print!("{}", notes(&changes)),
            Ok(_) => {}
            Err(error) => {
                say(Err(error), json)?;
                continue; // what has changed is checked when this is mended
            }
        }
        let now = all_bodies(&workshop);
        let is_changed = |(_, exercise): &(&Chapter, &Exercise)| now.get(&exercise.id) != bodies.get(&exercise.id);
        let mut changed: Vec<(&Chapter, &Exercise)> = course.exercises().filter(is_changed).collect();
        bodies = now;
        if changed.is_empty() {
            changed.extend(workshop.next());
        }
        for (chapter, exercise) in &changed {
            say(check::one(&mut workshop, chapter, exercise), json)?;
        }
        if let Some((chapter, _)) = changed.last() {
            make_ready(&workshop, chapter, &mut ready);
        }
    }
    Ok(())
}

/// Compiles all tests of the chapter that comes next while the learner is still reading: the first save there is then
/// answered as quickly as every other. `ready` remembers which chapter that was.
fn make_ready<'a>(workshop: &Workshop<'a>, current: &'a Chapter, ready: &mut Option<&'a str>) {
    let next = workshop.next_in(current).or_else(|| workshop.next());
    if let Some((chapter, _)) = next.filter(|(chapter, _)| *ready != Some(&chapter.folder)) {
        // What keeps them from being compiled is told when they are checked, and may be mended by the next save.
        if matches!(build_tests(&workshop.place, &chapter.package, &[]), Ok(Built::Tests { .. })) {
            *ready = Some(&chapter.folder);
        }
    }
}

/// Waits for a save, and for the end of it. `false` when none can come any more.
fn next_save(saves: &Receiver<()>) -> bool {
    if saves.recv().is_err() {
        return false;
    }
    loop {
        match saves.recv_timeout(ONE_SAVE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// What stands in every exercise; one whose file or anchors are gone has nothing.
fn all_bodies(workshop: &Workshop) -> BTreeMap<String, String> {
    let body = |(chapter, exercise): (&Chapter, &Exercise)| {
        Some((exercise.id.clone(), workshop.written(chapter, exercise).ok()?))
    };
    workshop.course.exercises().filter_map(body).collect()
}

/// Prints a verdict. What cannot be checked now may be mended by the next save, so it ends nothing.
fn say(checked: Result<check::Checked>, json: bool) -> Result<()> {
    match checked {
        Ok(checked) if json => {
            let mut data = checked.data();
            data["green"] = checked.good.into();
            anstream::println!("{data}");
        }
        Ok(checked) => Outcome::new(checked.text, ())?.print(false),
        Err(error) if json => anstream::println!("{}", json!({ "error": format!("{error:#}") })),
        Err(error) => anstream::println!("{}", red(format!("{error:#}"))),
    }
    Ok(())
}
