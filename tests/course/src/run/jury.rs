//! A test that a learner wrote, before its jury: it has to accept the right version and to reject the wrong ones.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::check::{Report, Verdict, failures, run};
use super::libtest::list_tests;
use super::switched::{Switched, build};
use crate::anchors::is_panic_of_stub;
use crate::course::{Chapter, Course, Exercise};
use crate::files;
use crate::mistakes;
use crate::spec_files;

/// What a test made of the wrong versions, each by the name of its mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Votes {
    /// The test is red with these.
    pub rejected: Vec<String>,
    /// The test is green with these.
    pub slipped_through: Vec<String>,
}

/// Builds what a learner wrote for a property against every version of the chapter, and tries it on all of them. That
/// happens below the course's build folder: the learner's own bodies have no say in it.
///
/// # Errors
/// When a file cannot be read or written, or Cargo or the test program cannot be started.
pub fn check_property(course: &Course, chapter: &Chapter, property: &Exercise, text: &str) -> Result<Report> {
    let report = |verdict, tests, votes| Report { exercise: property.id.clone(), verdict, tests, votes };
    let broken = |message| report(Verdict::Broken { message }, 0, None);
    let place = course.root.join("target/course-jury");
    let _held = files::hold(&place)?; // the text of another check must not come between
    let mistakes = mistakes::of_chapter(course, chapter)?;
    let switched = match build(course, chapter, &mistakes, &place, Some((property, text)))? {
        Err(message) => return Ok(broken(message)),
        Ok(switched) => switched,
    };
    let folder = place.join("chapters").join(&chapter.folder);
    let mut tests = Vec::new();
    for program in &switched.programs {
        tests.extend(list_tests(program, &folder)?);
    }
    if tests.is_empty() {
        let remedy = match spec_files::property_tests(property, text).as_slice() {
            [] => "there is no test; write `#[test]` above a function",
            _ => "every test is ignored; take `#[ignore]` away",
        };
        return Ok(broken(format!("{}: {remedy}", property.file.display())));
    }
    let (verdict, votes) = judge(&switched, property, &tests, &folder)?;
    Ok(report(verdict, tests.len(), votes))
}

/// Tries the tests of a property on the right version, and then on each wrong one.
///
/// # Errors
/// When the test program is missing or cannot be started.
pub fn judge(
    switched: &Switched,
    property: &Exercise,
    tests: &[String],
    folder: &Path,
) -> Result<(Verdict, Option<Votes>)> {
    let jury = property.jury.as_ref().with_context(|| format!("{} is no property", property.id))?;
    let red = |variant: Option<&str>| anyhow::Ok(failures(run(&switched.programs, tests, folder, variant)?));
    let with_the_right = red(None)?;
    if with_the_right.values().any(|message| is_panic_of_stub(message, &property.id)) {
        return Ok((Verdict::NotStarted, None));
    }
    if !with_the_right.is_empty() {
        return Ok((Verdict::RejectsTheRight { failures: with_the_right }, None));
    }
    let mut votes = Votes { rejected: Vec::new(), slipped_through: Vec::new() };
    for mistake in switched.mistakes.iter().filter(|mistake| mistake.exercise == jury.of) {
        let accepted = red(Some(&format!("{}={}", jury.of, mistake.name)))?.is_empty();
        let list = if accepted { &mut votes.slipped_through } else { &mut votes.rejected };
        list.push(mistake.name.clone());
    }
    let verdict = match votes.slipped_through.first() {
        Some(mistake) if votes.rejected.len() < jury.rejects => Verdict::AcceptsTheWrong { mistake: mistake.clone() },
        _ => Verdict::Green,
    };
    Ok((verdict, Some(votes)))
}
