//! The course, read: parsing, anchors, hints, mistakes. (What only running can show, `cargo course verify` shows.)

use std::path::Path;

use course::course::{Chapter, Course};
use course::{lint, mistakes};

fn course() -> Course {
    Course::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("the course can be read")
}

/// Nothing that reading can find is wrong with any exercise or mistake.
#[test]
fn the_course_is_complete() {
    let course = course();
    let chapters: Vec<&Chapter> = course.chapters.iter().collect();
    let problems = lint::problems(&course, &chapters).expect("the course can be read");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What would stand between the anchors is Rust.
#[test]
fn the_body_of_every_mistake_parses() {
    let course = course();
    for chapter in &course.chapters {
        for mistake in mistakes::of_chapter(&course, chapter).expect("the mistakes can be read") {
            let block = syn::parse_str::<syn::Block>(&format!("{{\n{}\n}}", mistake.body));
            let complaint = block.err().map(|error| error.to_string());
            assert_eq!(complaint, None, "{}/{}", mistake.exercise, mistake.name);
        }
    }
}

/// And so is what stands there in the tests that learners write.
#[test]
fn the_answer_of_every_property_parses() {
    let course = course();
    for (chapter, property) in course.exercises().filter(|(_, exercise)| exercise.jury.is_some()) {
        let answer = course.solution(chapter, property).expect("the property has an answer");
        let block = syn::parse_str::<syn::Block>(&format!("{{\n{answer}\n}}"));
        assert_eq!(block.err().map(|error| error.to_string()), None, "{}", property.id);
    }
}

/// Somebody who has just made a mistake is spoken to, and no two mistakes of an exercise are one.
#[test]
fn mistakes_of_an_exercise_differ() {
    let course = course();
    for (chapter, exercise) in course.exercises() {
        let solution = course.solution(chapter, exercise).expect("the exercise has a solution");
        let all = mistakes::of_chapter(&course, chapter).expect("the mistakes can be read");
        let own: Vec<_> = all.iter().filter(|mistake| mistake.exercise == exercise.id).collect();
        for (index, mistake) in own.iter().enumerate() {
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert_ne!(squeezed(&mistake.body), squeezed(&solution), "{}/{} is right", exercise.id, mistake.name);
            let twin = own[..index].iter().find(|other| squeezed(&other.body) == squeezed(&mistake.body));
            assert!(twin.is_none(), "{}/{} is {}", exercise.id, mistake.name, twin.map_or("", |twin| &twin.name));
        }
    }
}

/// The README says how much there is; nobody would notice if it said too little.
#[test]
fn the_readme_counts_right() {
    let course = course();
    let mistakes = |chapter| mistakes::of_chapter(&course, chapter).expect("the mistakes can be read").len();
    let (exercises, mistakes) = (course.exercises().count(), course.chapters.iter().map(mistakes).sum::<usize>());
    let readme = std::fs::read_to_string(course.root.join("README.md")).expect("there is a README");
    let words = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    for count in [format!("There are {exercises} exercises"), format!("{mistakes} mistakes that the course recognises")]
    {
        assert!(words.contains(&count), "the README should say '{count}'");
    }
}
