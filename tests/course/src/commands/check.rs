//! `cargo course check`: run the specification, say what it says, remember what is green.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Error, Result, anyhow};
use serde_json::{Value, json};

use super::{explain, notes};
use crate::course::{Chapter, Course, Exercise};
use crate::outcome::{Outcome, bold, green, red};
use crate::run::{
    Built, Report, Verdict, build_tests, check_exercise, check_property, failures, run as run_tests, verdict,
    while_testing,
};
use crate::spec_files;
use crate::symptoms::Failures;
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
    let mut data = checked.data();
    data["changes"] = json!(changes);
    Ok(Outcome { good, ..Outcome::new(checked.text, data)? })
}

/// What a check found.
#[derive(Default)]
pub struct Checked {
    /// In words.
    pub text: String,
    /// As data, one per exercise.
    pub reports: Vec<Report>,
    /// Whether the whole chapter was run and is green.
    pub chapter_green: bool,
    /// Whether all that was asked about is green.
    pub good: bool,
    /// The compiler's words, when the chapter as a whole does not compile.
    pub message: Option<String>,
    /// The red tests of the chapter that belong to none of its exercises, and what they say.
    pub others: Failures,
}

impl Checked {
    /// The same for editors.
    pub fn data(&self) -> Value {
        json!({
            "reports": self.reports,
            "chapter_green": self.chapter_green,
            "message": self.message,
            "others": self.others,
        })
    }

    /// Adds the verdict about one exercise of several.
    fn add(
        &mut self,
        workshop: &mut Workshop,
        (chapter, exercise): (&Chapter, &Exercise),
        report: Report,
        tested: Option<String>,
    ) -> Result<()> {
        self.text.push_str(&match &report.verdict {
            Verdict::NotStarted => format!("not started {} · {}\n", exercise.id, exercise.title),
            _ => explain::report(workshop, chapter, exercise, &report)?,
        });
        self.good &= report.verdict == Verdict::Green;
        remember(workshop, exercise, &report, tested)?;
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
    let tested = workshop.fingerprint(chapter, exercise).ok();
    let report = judged(workshop, chapter, exercise)?;
    let text = explain::report(workshop, chapter, exercise, &report)?;
    let good = report.verdict == Verdict::Green;
    remember(workshop, exercise, &report, tested)?;
    let mut checked = Checked { text, reports: vec![report], good, ..Checked::default() };
    let all_green = chapter.exercises.iter().all(|other| workshop.progress(chapter, other) == Progress::Green);
    if good && exercise.jury.is_none() && all_green && !workshop.own_chapters().contains(&chapter.folder) {
        eprintln!("All exercises of chapter {} are green; now all its tests together …", chapter.number());
        let whole = chapter_check(workshop, chapter)?;
        checked.text.push_str(&whole.text);
        checked = Checked { text: checked.text, reports: checked.reports, good, ..whole };
    } else if good && !was_green {
        checked.text.push_str(&next(workshop, chapter));
    }
    Ok(checked)
}

/// Runs what decides about an exercise: its specification, or its jury.
fn judged(workshop: &Workshop, chapter: &Chapter, exercise: &Exercise) -> Result<Report> {
    let course = workshop.course;
    match workshop.progress(chapter, exercise) {
        Progress::Lost => Err(lost(workshop, chapter, exercise)),
        Progress::NotStarted => {
            Ok(Report { exercise: exercise.id.clone(), verdict: Verdict::NotStarted, tests: 0, votes: None })
        }
        _ if exercise.jury.is_some() => {
            check_property(course, chapter, exercise, &workshop.written(chapter, exercise)?)
        }
        _ => check_exercise(course, chapter, exercise, &workshop.place),
    }
}

/// Why an exercise cannot be found, and what to do.
fn lost(workshop: &Workshop, chapter: &Chapter, exercise: &Exercise) -> Error {
    match workshop.source(chapter, exercise) {
        Err(error) => error, // the file is gone
        Ok(_) => anyhow!(
            "{}: its lines `// ANCHOR: {1}` and `// ANCHOR_END: {1}` are gone; put them back around your code, or \
             `cargo course reset {1}` (your version is put aside)",
            workshop.file(chapter, exercise).display(),
            exercise.id
        ),
    }
}

/// Checks all exercises of a chapter that are begun, with one build; when all are green, every test of the chapter. A test
/// of the learner's own is judged too, but the chapter may be green without it.
///
/// # Errors
/// When Cargo cannot be started.
pub fn chapter_check<'a>(workshop: &mut Workshop<'a>, chapter: &'a Chapter) -> Result<Checked> {
    let (place, course) = (workshop.place.clone(), workshop.course);
    let mut checked = Checked { good: true, ..Checked::default() };
    // Taken before anything is built: what is saved from now on is not what is tested.
    let tested_chapter = workshop.chapter_fingerprint(chapter);
    let tested: Vec<Option<String>> =
        chapter.exercises.iter().map(|exercise| workshop.fingerprint(chapter, exercise).ok()).collect();
    let all = spec_files::tests_of(course, chapter)?;
    let files: BTreeSet<String> = all.keys().filter_map(|test| test.split("::").next()).map(str::to_owned).collect();
    let files: Vec<String> = files.into_iter().collect();
    let programs = match build_tests(&place, &chapter.package, &files)? {
        Built::Tests { programs, .. } => programs,
        Built::Broken(broken) => {
            let text = format!("{}\n", broken.message);
            return Ok(Checked { text, message: Some(broken.message), good: false, ..checked });
        }
    };
    let folder = workshop.folder(chapter);
    for (exercise, tested) in chapter.exercises.iter().zip(tested) {
        let tests = spec_files::of_exercise(chapter, exercise, &all);
        let verdict = match workshop.progress(chapter, exercise) {
            Progress::NotStarted => Verdict::NotStarted,
            Progress::Lost => Verdict::Lost { message: format!("{:#}", lost(workshop, chapter, exercise)) },
            Progress::Written | Progress::Green => {
                let results = while_testing(|| run_tests(&programs, &tests, &folder, None))?;
                verdict(course, chapter, exercise, results)?
            }
        };
        let report = Report { exercise: exercise.id.clone(), verdict, tests: tests.len(), votes: None };
        checked.add(workshop, (chapter, exercise), report, tested)?;
    }
    let solved = checked.good;
    for property in &chapter.properties {
        if workshop.progress(chapter, property) == Progress::Lost {
            continue; // `cargo course list` says so; the chapter does not wait for it
        }
        let tested = workshop.fingerprint(chapter, property).ok();
        let report = judged(workshop, chapter, property)?;
        checked.add(workshop, (chapter, property), report, tested)?;
    }
    if !solved {
        return Ok(checked);
    }
    let claimed =
        |test: &&String| chapter.exercises.iter().any(|one| spec_files::of_exercise(chapter, one, &all).contains(test));
    let others: Vec<String> = all.keys().filter(|test| !claimed(test)).cloned().collect();
    checked.others = failures(while_testing(|| run_tests(&programs, &others, &folder, None))?);
    checked.chapter_green = checked.others.is_empty();
    checked.good &= checked.chapter_green;
    if checked.chapter_green {
        let tested = tested_chapter?;
        workshop.remember(|state| {
            state.green_chapters.insert(chapter.folder.clone(), tested);
        })?;
        workshop.sync()?;
        checked.text.push_str(&format!(
            "\n{} From now on the later chapters use your {}.\n",
            green(format!("Chapter {} is green: all {} tests.", chapter.number(), all.len())),
            chapter.package
        ));
        checked.text.push_str(&next(workshop, chapter));
    } else {
        let failed = |(test, message): (&String, &String)| {
            format!("  {}\n{}", red(test), crate::anchors::indent(message, "    "))
        };
        checked.text.push_str(&format!(
            "\nYour exercises are green, but something else in the chapter has changed:\n{}",
            checked.others.iter().map(failed).collect::<String>()
        ));
    }
    Ok(checked)
}

/// Writes down what is green, as it was when the check began, and what is no longer.
fn remember(workshop: &mut Workshop, exercise: &Exercise, report: &Report, tested: Option<String>) -> Result<()> {
    workshop.remember(|state| {
        match tested.filter(|_| report.verdict == Verdict::Green) {
            Some(tested) => state.green.insert(exercise.id.clone(), tested),
            None => state.green.remove(&exercise.id),
        };
    })
}

/// What comes after an exercise of this chapter.
fn next<'a>(workshop: &Workshop<'a>, chapter: &'a Chapter) -> String {
    match workshop.next_in(chapter).or_else(|| workshop.next()) {
        Some((chapter, exercise)) => format!("\n{} {}", bold("Next:"), explain::task(workshop, chapter, exercise)),
        None => format!("\n{}\n", green("That was the last exercise.")),
    }
}
