//! What must be true of the course, as far as reading can tell: cheap enough for every test run. What only running can
//! tell is [`crate::commands::prove`]'s.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::course::{Chapter, Course, Exercise, Jury};
use crate::mistakes::{self, Mistake};
use crate::{files, spec_files, symptoms};

/// So many mistakes an exercise has at least.
pub const FEWEST_MISTAKES: usize = 3;

/// Everything that is wrong with these chapters, one sentence each.
///
/// # Errors
/// When a file cannot be read at all.
pub fn problems(course: &Course, chapters: &[&Chapter]) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (chapter, exercise) in course.exercises() {
        if !seen.insert(&exercise.id) {
            problems.push(format!("{}: two exercises have this name; rename one and its anchors", exercise.id));
        }
        if !chapters.iter().any(|asked| asked.folder == chapter.folder) {
            continue;
        }
        let mut complain =
            |text: String| problems.push(format!("chapter {}, {}: {text}", chapter.number(), exercise.id));
        words(exercise, &mut complain);
        if let Some(jury) = &exercise.jury {
            property(course, chapter, exercise, jury, &mut complain)?;
        }
        region(course, chapter, exercise, &mut complain);
    }
    for chapter in chapters {
        let tests = spec_files::tests_of(course, chapter)?;
        specification(chapter, &tests, &mut problems);
        let answers = files::below(&course.folder(chapter).join("properties"))?;
        let is_known = |path: &PathBuf| {
            chapter.properties.iter().any(|known| known.answer() == Path::new("properties").join(path))
        };
        problems.extend(answers.iter().filter(|path| !is_known(path)).map(|path| {
            format!("chapter {}: properties/{} belongs to no [[property]]", chapter.number(), path.display())
        }));
        let mistakes = mistakes::of_chapter(course, chapter)?;
        for exercise in &chapter.exercises {
            let own: Vec<&Mistake> = mistakes.iter().filter(|mistake| mistake.exercise == exercise.id).collect();
            if own.len() < FEWEST_MISTAKES {
                problems.push(format!(
                    "chapter {}, {}: {} mistakes; what else do people get wrong? Write at least {FEWEST_MISTAKES}",
                    chapter.number(),
                    exercise.id,
                    own.len()
                ));
            }
            let of_exercise = spec_files::of_exercise(chapter, exercise, &tests);
            own.iter().for_each(|mistake| mistake_is_complete(mistake, &of_exercise, &mut problems));
        }
        symptoms_are_complete(course, chapter, &mistakes, &mut problems)?;
        for file in spec_files::with_drawn_inputs(&course.folder(chapter))? {
            problems.push(format!(
                "chapter {}: a `proptest!` of {} draws other inputs in every run, so that a mistake never fails alike twice; \
                 begin it with `#![proptest_config(cases(256))]`",
                chapter.number(),
                file.display()
            ));
        }
    }
    Ok(problems)
}

/// Title, book and hints say something, and no two hints say the same.
fn words(exercise: &Exercise, complain: &mut impl FnMut(String)) {
    if exercise.title.trim().is_empty() {
        complain("it has no title".to_owned());
    }
    if exercise.book.trim().is_empty() {
        complain("it names no section of the book".to_owned());
    }
    if !(1..=3).contains(&exercise.difficulty) {
        complain("its difficulty is not 1, 2 or 3".to_owned());
    }
    if exercise.minutes == 0 {
        complain("nobody solves it in 0 minutes".to_owned());
    }
    if exercise.hints.iter().any(|hint| hint.trim().is_empty()) {
        complain("one of its hints is empty".to_owned());
    }
    if exercise.hints.iter().collect::<BTreeSet<_>>().len() < exercise.hints.len() {
        complain("two of its hints are the same".to_owned());
    }
}

/// The anchors are there and hold a solution.
fn region(course: &Course, chapter: &Chapter, exercise: &Exercise, complain: &mut impl FnMut(String)) {
    match course.solution(chapter, exercise) {
        Ok(solution) if solution.trim().is_empty() => complain("there is nothing between its anchors".to_owned()),
        Ok(solution) if solution.contains("todo!") => complain("its solution is a `todo!`".to_owned()),
        Ok(_) => {}
        Err(error) => complain(format!("{error:#}")),
    }
}

/// There is somebody to reject, and a test in the answer.
fn property(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    jury: &Jury,
    complain: &mut impl FnMut(String),
) -> Result<()> {
    if chapter.exercises.iter().all(|other| other.id != jury.of) {
        complain(format!("`of` names '{}', which is no exercise of the chapter", jury.of));
    }
    let wrong = mistakes::of_chapter(course, chapter)?.iter().filter(|mistake| mistake.exercise == jury.of).count();
    if !(1..=wrong).contains(&jury.rejects) {
        complain(format!("`rejects` is {}, but {} has {wrong} wrong versions", jury.rejects, jury.of));
    }
    match course.source(chapter, exercise) {
        Ok(text) if spec_files::property_tests(exercise, &text).is_empty() => {
            complain("there is no test in its answer; write `#[test]` above a function".to_owned());
        }
        _ => {} // what is missing, the anchors' check says
    }
    Ok(())
}

/// Every entry of `spec` is a test file or a test.
fn specification(chapter: &Chapter, tests: &BTreeMap<String, String>, problems: &mut Vec<String>) {
    let files: BTreeSet<&str> = tests.keys().filter_map(|test| test.split("::").next()).collect();
    for exercise in &chapter.exercises {
        let unknown =
            exercise.spec.iter().filter(|entry| !tests.contains_key(*entry) && !files.contains(entry.as_str()));
        problems.extend(unknown.map(|entry| {
            format!("chapter {}, {}: `spec` names '{entry}', which is no test", chapter.number(), exercise.id)
        }));
        if spec_files::of_exercise(chapter, exercise, tests).is_empty() {
            problems.push(format!("chapter {}, {}: no test decides about it", chapter.number(), exercise.id));
        }
    }
}

/// A mistake explains itself and names a test of its exercise.
fn mistake_is_complete(mistake: &Mistake, tests: &[String], problems: &mut Vec<String>) {
    let mut complain = |text: &str| problems.push(format!("mistake {}/{}: {text}", mistake.exercise, mistake.name));
    match &mistake.caught_by {
        None => complain("its header names no test; add `// caught by: file::test`"),
        Some(test) if !tests.contains(test) => {
            complain(&format!("`{test}` is no test of the exercise; correct `// caught by:`"));
        }
        Some(_) => {}
    }
    if mistake.words.len() < 40 {
        complain("its header does not explain it; write for somebody who has just made it");
    }
    if mistake.name == "todo" {
        complain("its name is taken by the empty exercise; rename the file");
    }
}

/// What is written down about how mistakes fail speaks of the mistakes that there are.
fn symptoms_are_complete(
    course: &Course,
    chapter: &Chapter,
    mistakes: &[Mistake],
    problems: &mut Vec<String>,
) -> Result<()> {
    let recorded = symptoms::read(&course.folder(chapter))?;
    let recorded: BTreeSet<(&String, &String)> =
        recorded.iter().flat_map(|(exercise, names)| names.keys().map(move |name| (exercise, name))).collect();
    let existing: BTreeSet<(&String, &String)> =
        mistakes.iter().map(|mistake| (&mistake.exercise, &mistake.name)).collect();
    for (exercise, name) in recorded.symmetric_difference(&existing) {
        problems.push(format!(
            "mistake {exercise}/{name}: symptoms.toml does not fit; run `cargo course verify --record {}`",
            chapter.number()
        ));
    }
    Ok(())
}
