//! Words about an exercise: what is to be done, and what a verdict means.

use anyhow::{Context, Result};

use crate::anchors::Region;
use crate::course::{Chapter, Exercise};
use crate::mistakes::{self, Mistake};
use crate::outcome::{bold, dim, green, red, wrapped, yellow};
use crate::run::{Report, Verdict, Votes};
use crate::spec_files;
use crate::symptoms::Failures;
use crate::workshop::Workshop;

/// So many red tests are shown in full; the others by name.
const SHOWN: usize = 2;

/// How wide paragraphs are.
const WIDTH: usize = 100;

/// What an exercise asks for, where it is, and which commands help.
pub fn task(workshop: &Workshop, chapter: &Chapter, exercise: &Exercise) -> String {
    let file = workshop.file(chapter, exercise);
    let line = workshop
        .source(chapter, exercise)
        .ok()
        .and_then(|text| Region::find(&text, &exercise.id).ok().map(|region| region.before.lines().count() + 1));
    let place = line.map_or_else(|| file.display().to_string(), |line| format!("{}:{line}", file.display()));
    let judge = match &exercise.jury {
        Some(jury) => {
            format!("reject  at least {} wrong versions of {}, and never the right one", jury.rejects, jury.of)
        }
        None => {
            let mut files: Vec<&str> = exercise.spec.iter().filter_map(|entry| entry.split("::").next()).collect();
            files.dedup();
            let tests: Vec<String> = files.iter().map(|file| format!("tests/{file}.rs")).collect();
            format!("tests   {} of chapter {}", tests.join(", "), chapter.number())
        }
    };
    format!(
        "{} · {}, about {} minutes\n  write   {place}\n  {judge}\n  read    {}\n  then    {}, or {}\n",
        bold(&exercise.id),
        exercise.title,
        exercise.minutes,
        section(&exercise.book),
        bold("cargo course check"),
        bold("cargo course hint"),
    )
}

/// The command that opens a section of the book.
fn section(title: &str) -> String {
    format!("cargo book open \"{title}\"")
}

/// A verdict in words.
///
/// # Errors
/// When the mistakes or the tests of the course cannot be read.
pub fn report(workshop: &Workshop, chapter: &Chapter, exercise: &Exercise, report: &Report) -> Result<String> {
    let id = &exercise.id;
    Ok(match &report.verdict {
        Verdict::Green => match &report.votes {
            Some(votes) => format!("{} {id}: {}{}\n", green("green"), count(votes), left_over(exercise, votes)),
            None => format!("{} {id}: {} tests\n", green("green"), report.tests),
        },
        Verdict::NotStarted => format!("{} {}", dim("not started"), task(workshop, chapter, exercise)),
        Verdict::Needs { first } => format!(
            "{} {id} runs into `todo!(\"{first}\")`; solve {first} first: {}\n",
            yellow("too early"),
            bold(format!("cargo course check {first}"))
        ),
        Verdict::Broken { message } => format!("{message}\n"),
        Verdict::Lost { message } => format!("{}\n", red(message)),
        Verdict::Red { failures, mistake } => {
            let mistake = mistake.as_ref().map(|name| find(workshop, chapter, id, name)).transpose()?;
            red_report(workshop, chapter, exercise, (report.tests, failures), mistake.as_ref())?
        }
        Verdict::RejectsTheRight { failures } => {
            let mut text = format!("{} {id}: your test rejects the right version\n", red("red"));
            for (test, message) in failures.iter().take(SHOWN) {
                text.push_str(&red_test(test, message, ""));
            }
            text + &format!("\n{} shows a hint\n", bold(format!("cargo course hint {id}")))
        }
        Verdict::AcceptsTheWrong { mistake } => {
            let jury = exercise.jury.as_ref().with_context(|| format!("{id} is no property"))?;
            let votes = report.votes.as_ref().map(count).unwrap_or_default();
            let mistake = find(workshop, chapter, &jury.of, mistake)?;
            format!(
                "{} {id}: {votes}; it has to reject {}\n\n{}\n{}    {}\n",
                red("red"),
                jury.rejects,
                yellow("This one slips through; whoever wrote it would be told:"),
                wrapped(&mistake.words, "    ", WIDTH),
                dim(format!("read {}", section(mistake.book.as_deref().unwrap_or(&exercise.book)))),
            )
        }
    })
}

/// How many wrong versions a test of the learner's rejects.
fn count(votes: &Votes) -> String {
    let all = votes.rejected.len() + votes.slipped_through.len();
    format!("your test rejects {} of {all} wrong versions", votes.rejected.len())
}

/// Why a test is green that does not reject every wrong version.
fn left_over(exercise: &Exercise, votes: &Votes) -> String {
    if votes.slipped_through.is_empty() {
        return String::new();
    }
    let asked_for = exercise.jury.as_ref().map_or(0, |jury| jury.rejects);
    format!(
        "\n  enough: {asked_for} are asked for; what slips through: {}",
        votes.slipped_through.iter().map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ")
    )
}

/// A red test as a sentence, what is documented about it, and what it says.
fn red_test(test: &str, message: &str, documentation: &str) -> String {
    let words = if documentation.is_empty() { String::new() } else { wrapped(documentation, "    ", WIDTH) };
    let message = crate::anchors::indent(message, "    ");
    format!("\n  {} {}\n{words}{message}", red("✗"), bold(spec_files::sentence(test)))
}

fn red_report(
    workshop: &Workshop,
    chapter: &Chapter,
    exercise: &Exercise,
    (tests, failures): (usize, &Failures),
    mistake: Option<&Mistake>,
) -> Result<String> {
    let id = &exercise.id;
    let mut text = format!("{} {id}: {} of {tests} tests\n", red("red"), failures.len());
    let documentation = spec_files::tests_of(workshop.course, chapter)?;
    // The test that a mistake names explains it best, so it comes first.
    let named = mistake.and_then(|mistake| mistake.caught_by.clone()).unwrap_or_default();
    let mut order: Vec<(&String, &String)> = failures.iter().collect();
    order.sort_by_key(|(test, _)| **test != named);
    for (test, message) in order.iter().take(SHOWN) {
        text.push_str(&red_test(test, message, documentation.get(*test).map_or("", String::as_str)));
    }
    for (test, _) in order.iter().skip(SHOWN) {
        text.push_str(&format!("  {} {}\n", red("✗"), spec_files::sentence(test)));
    }
    text.push('\n');
    match mistake {
        Some(mistake) => {
            text.push_str(&format!("{}\n{}", yellow("This looks familiar:"), wrapped(&mistake.words, "    ", WIDTH)));
            let book = mistake.book.as_deref().unwrap_or(&exercise.book);
            text.push_str(&format!("    {}\n", dim(format!("read {}", section(book)))));
        }
        None => text.push_str(&format!("{} shows a hint\n", bold(format!("cargo course hint {id}")))),
    }
    Ok(text)
}

fn find(workshop: &Workshop, chapter: &Chapter, exercise: &str, name: &str) -> Result<Mistake> {
    let mut all = mistakes::of_chapter(workshop.course, chapter)?.into_iter();
    all.find(|mistake| mistake.exercise == exercise && mistake.name == name).with_context(|| {
        format!("symptoms.toml speaks of '{exercise}/{name}', which is gone; run `cargo course verify --record`")
    })
}
