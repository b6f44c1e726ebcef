//! `cargo course check`: run the specification, say what it says, remember what is green.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use super::{explain, notes};
use crate::course::{Chapter, Course, Exercise};
use crate::outcome::{Outcome, bold, green, red};
use crate::run::{
    Built, Report, Verdict, build_tests, check_exercise, check_property, failures, run as run_tests, verdict,
    while_testing,
};
use crate::spec_files;
use crate::workshop::{Progress, Workshop};

/// Checks an exercise, a chapter, or the current exercise.
///
/// # Errors
/// When there is no such exercise or chapter, a file is gone, or Cargo cannot be started.
pub fn run(course: &Course, place: &Path, what: Option<&str>) -> Result<Outcome> {
    let (mut workshop, changes) = Workshop::open(course, place)?;
    let mut checked = match what {
        Some(name) => match course.chapter(name) {
            Some(chapter) => chapter_check(&mut workshop, chapter)?,
            None => {
                let (chapter, exercise) = course.exercise(name)?;
                one(&mut workshop, chapter, exercise)?
            }
        },
        None => match workshop.next() {
            Some((chapter, exercise)) => one(&mut workshop, chapter, exercise)?,
            None => {
                let text = green("Every exercise is green. `cargo course check 01` runs a whole chapter again.");
                return Outcome::new(text, json!({ "reports": [], "changes": changes }));
            }
        },
    };
    checked.text = notes(&changes) + &checked.text;
    let good = checked.good;
    let data = json!({ "reports": checked.reports, "chapter_green": checked.chapter_green, "changes": changes });
    Ok(Outcome { good, ..Outcome::new(checked.text, data)? })
}

/// What a check found.
pub struct Checked {
    /// In words.
    pub text: String,
    /// As data, one per exercise.
    pub reports: Vec<Report>,
    /// Whether the whole chapter was run and is green.
    pub chapter_green: bool,
    /// Whether all that was asked about is green.
    pub good: bool,
}

impl Checked {
    /// Adds the verdict about one exercise of several.
    fn add(&mut self, workshop: &mut Workshop, chapter: &Chapter, exercise: &Exercise, report: Report) -> Result<()> {
        self.text.push_str(&match &report.verdict {
            Verdict::NotStarted => format!("not started {} · {}\n", exercise.id, exercise.title),
            _ => explain::report(workshop, chapter, exercise, &report)?,
        });
        self.good &= report.verdict == Verdict::Green;
        remember(workshop, chapter, exercise, &report)?;
        self.reports.push(report);
        Ok(())
    }
}

/// Checks one exercise, and the whole chapter if it was the last one to turn green.
///
/// # Errors
/// When its file is gone, or Cargo cannot be started.
pub fn one<'a>(workshop: &mut Workshop<'a>, chapter: &'a Chapter, exercise: &'a Exercise) -> Result<Checked> {
    let was_green = workshop.progress(chapter, exercise) == Progress::Green;
    let report = judged(workshop, chapter, exercise)?;
    let mut text = explain::report(workshop, chapter, exercise, &report)?;
    let good = report.verdict == Verdict::Green;
    remember(workshop, chapter, exercise, &report)?;
    let mut chapter_green = false;
    let all_green = chapter.exercises.iter().all(|other| workshop.progress(chapter, other) == Progress::Green);
    if good && exercise.jury.is_none() && all_green && !workshop.own_chapters().contains(&chapter.folder) {
        eprintln!("All exercises of chapter {} are green; now all its tests together …", chapter.number());
        let whole = chapter_check(workshop, chapter)?;
        chapter_green = whole.chapter_green;
        text.push_str(&whole.text);
    } else if good && !was_green {
        text.push_str(&next(workshop, chapter));
    }
    Ok(Checked { text, reports: vec![report], chapter_green, good })
}

/// Runs what decides about an exercise: its specification, or its jury.
fn judged(workshop: &Workshop, chapter: &Chapter, exercise: &Exercise) -> Result<Report> {
    let course = workshop.course;
    match workshop.progress(chapter, exercise) {
        Progress::Lost => {
            workshop.source(chapter, exercise)?; // when the file is gone, this says so
            bail!(
                "{}: its lines `// ANCHOR: {1}` and `// ANCHOR_END: {1}` are gone; put them back around your code, or \
                 `cargo course reset {1}` (your version is put aside)",
                workshop.file(chapter, exercise).display(),
                exercise.id
            );
        }
        Progress::NotStarted => {
            Ok(Report { exercise: exercise.id.clone(), verdict: Verdict::NotStarted, tests: 0, votes: None })
        }
        _ if exercise.jury.is_some() => {
            check_property(course, chapter, exercise, &workshop.written(chapter, exercise)?)
        }
        _ => check_exercise(course, chapter, exercise, &workshop.place),
    }
}

/// Checks all exercises of a chapter that are begun, with one build; when all are green, every test of the chapter. A test
/// of the learner's own is judged too, but the chapter may be green without it.
///
/// # Errors
/// When Cargo cannot be started.
pub fn chapter_check<'a>(workshop: &mut Workshop<'a>, chapter: &'a Chapter) -> Result<Checked> {
    let (place, course) = (workshop.place.clone(), workshop.course);
    let mut checked = Checked { text: String::new(), reports: Vec::new(), chapter_green: false, good: true };
    let all = spec_files::tests_of(course, chapter)?;
    let files: BTreeSet<String> = all.keys().filter_map(|test| test.split("::").next()).map(str::to_owned).collect();
    let files: Vec<String> = files.into_iter().collect();
    let programs = match build_tests(&place, &chapter.package, &files)? {
        Built::Tests { programs, .. } => programs,
        Built::Broken(broken) => {
            return Ok(Checked { text: format!("{}\n", broken.message), good: false, ..checked });
        }
    };
    let folder = workshop.folder(chapter);
    for exercise in &chapter.exercises {
        let tests = spec_files::of_exercise(chapter, exercise, &all);
        let verdict = match workshop.progress(chapter, exercise) {
            Progress::NotStarted => Verdict::NotStarted,
            _ => {
                let results = while_testing(|| run_tests(&programs, &tests, &folder, None))?;
                verdict(course, chapter, exercise, results)?
            }
        };
        let report = Report { exercise: exercise.id.clone(), verdict, tests: tests.len(), votes: None };
        checked.add(workshop, chapter, exercise, report)?;
    }
    let solved = checked.good;
    for property in &chapter.properties {
        if workshop.progress(chapter, property) == Progress::Lost {
            continue; // `cargo course list` says so; the chapter does not wait for it
        }
        let report = judged(workshop, chapter, property)?;
        checked.add(workshop, chapter, property, report)?;
    }
    if !solved {
        return Ok(checked);
    }
    let claimed =
        |test: &&String| chapter.exercises.iter().any(|one| spec_files::of_exercise(chapter, one, &all).contains(test));
    let others: Vec<String> = all.keys().filter(|test| !claimed(test)).cloned().collect();
    let failed: Vec<String> = failures(while_testing(|| run_tests(&programs, &others, &folder, None))?)
        .into_iter()
        .map(|(test, message)| format!("  {}\n{}", red(test), crate::anchors::indent(&message, "    ")))
        .collect();
    checked.good &= failed.is_empty();
    checked.chapter_green = failed.is_empty();
    if failed.is_empty() {
        workshop.state.green_chapters.insert(chapter.folder.clone(), workshop.chapter_fingerprint(chapter)?);
        workshop.sync()?;
        checked.text.push_str(&format!(
            "\n{} From now on the later chapters use your {}.\n",
            green(format!("Chapter {} is green: all {} tests.", chapter.number(), all.len())),
            chapter.package
        ));
        checked.text.push_str(&next(workshop, chapter));
    } else {
        checked.text.push_str(&format!(
            "\nYour exercises are green, but something else in the chapter has changed:\n{}",
            failed.concat()
        ));
    }
    Ok(checked)
}

/// Writes down what is green, and what is no longer.
fn remember(workshop: &mut Workshop, chapter: &Chapter, exercise: &Exercise, report: &Report) -> Result<()> {
    match report.verdict {
        Verdict::Green => {
            let now = workshop.fingerprint(chapter, exercise)?;
            workshop.state.green.insert(exercise.id.clone(), now);
        }
        _ => {
            workshop.state.green.remove(&exercise.id);
        }
    }
    workshop.state.write(&workshop.place)
}

/// What comes after an exercise of this chapter.
fn next<'a>(workshop: &Workshop<'a>, chapter: &'a Chapter) -> String {
    match workshop.next_in(chapter).or_else(|| workshop.next()) {
        Some((chapter, exercise)) => format!("\n{} {}", bold("Next:"), explain::task(workshop, chapter, exercise)),
        None => format!("\n{}\n", green("That was the last exercise.")),
    }
}
