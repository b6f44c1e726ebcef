//! What a specification says in words: the sentences of its tests, read from the source.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::course::{Chapter, Course, Exercise};
use crate::files;

/// Every test of a chapter, `file::test`, with the line of documentation above it.
///
/// # Errors
/// When a file cannot be read.
pub fn tests_of(course: &Course, chapter: &Chapter) -> Result<BTreeMap<String, String>> {
    let folder = course.folder(chapter).join("tests");
    let mut tests = BTreeMap::new();
    for path in files::below(&folder)? {
        if let Some(name) = test_target(&path) {
            let text = files::read(&folder.join(&path))?;
            tests.extend(tests_in(&text).into_iter().map(|(test, words)| (format!("{name}::{test}"), words)));
        }
    }
    Ok(tests)
}

/// The name of the test program that Cargo makes of a file directly below `tests/`.
fn test_target(path: &Path) -> Option<String> {
    let top_level = path.components().count() == 1 && path.extension().is_some_and(|extension| extension == "rs");
    top_level.then(|| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// The functions below `#[test]`, also inside `proptest! { … }`, with the documentation above.
fn tests_in(text: &str) -> Vec<(String, String)> {
    let (mut tests, mut words, mut is_test) = (Vec::new(), Vec::new(), false);
    for line in text.lines().map(str::trim) {
        if let Some(sentence) = line.strip_prefix("///") {
            words.push(sentence.trim());
        } else if line == "#[test]" {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
            let name = rest.split(['(', '<']).next().unwrap_or_default().trim();
            tests.push((name.to_owned(), words.join(" ")));
            (words, is_test) = (Vec::new(), false);
        } else if !line.starts_with("#[") {
            (words, is_test) = (Vec::new(), false);
        }
    }
    tests
}

/// The specifications of a chapter in which a `proptest!` does not fix its seed by way of `cases`.
///
/// # Errors
/// When a file cannot be read.
pub fn with_drawn_inputs(chapter_folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in files::below(&chapter_folder.join("tests"))? {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let path = Path::new("tests").join(path);
            if draws_anew(&files::read(&chapter_folder.join(&path))?) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn draws_anew(text: &str) -> bool {
    let mut blocks = text.split("proptest! {\n");
    blocks.next();
    blocks.any(|block| {
        let first = block.trim_start().lines().next().unwrap_or_default();
        !(first.starts_with("#![proptest_config(") && first.contains("cases("))
    })
}

/// The tests in the text of a property, `file::test`.
pub fn property_tests(property: &Exercise, text: &str) -> Vec<String> {
    tests_in(text).into_iter().map(|(test, _)| format!("{}::{test}", property.test_target())).collect()
}

/// The tests that decide about an exercise, from all tests of its chapter.
///
/// A test that is named (`file::test`) belongs to those that name it; a file stands for the rest of it.
pub fn of_exercise(chapter: &Chapter, exercise: &Exercise, all: &BTreeMap<String, String>) -> Vec<String> {
    let named_elsewhere = |test: &String| {
        let others = chapter.exercises.iter().filter(|other| other.id != exercise.id);
        others.flat_map(|other| &other.spec).any(|entry| entry == test)
    };
    let belongs = |test: &String| {
        let file = test.split("::").next().unwrap_or_default();
        exercise.spec.contains(test) || exercise.spec.iter().any(|entry| entry == file) && !named_elsewhere(test)
    };
    all.keys().filter(|test| belongs(test)).cloned().collect()
}

/// `matched_pairs_pull_together` as a sentence.
pub fn sentence(test: &str) -> String {
    test.rsplit("::").next().unwrap_or(test).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_inside_and_outside_of_proptest() {
        let text = "/// One.\n#[test]\nfn first() {}\n\n/// Not a test.\nfn helper() {}\nproptest! {\n    /// Two,\n    \
                    /// really.\n    #[test]\n    fn second(n in 1..3) {}\n}\n";
        let expected = [("first", "One."), ("second", "Two, really.")];
        assert_eq!(tests_in(text), expected.map(|(name, words)| (name.to_owned(), words.to_owned())));
    }

    #[test]
    fn a_block_without_a_seed_is_seen() {
        assert!(draws_anew("proptest! {\n    /// One.\n"));
        assert!(draws_anew("proptest! {\n    #![proptest_config(cases(9))]\n}\nproptest! {\n    #[test]\n}"));
        assert!(!draws_anew("use proptest::prelude::*;\nproptest! {\n    #![proptest_config(spec::cases(9))]\n}"));
    }

    #[test]
    fn a_name_reads_as_a_sentence() {
        assert_eq!(sentence("mask::prefix_never_sees_the_suffix"), "prefix never sees the suffix");
    }
}
