//! Every figure that a page states comes from a file that a command writes, or from a paper.
//!
//! `book/numbers.toml` says which: a statement is the text of a page with places for numbers, each with its file, its key
//! and its form. When a model is trained again, this test names what the pages have to say now.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde::Deserialize;

/// `book/numbers.toml`.
#[derive(Deserialize)]
struct Numbers {
    /// Names for the files with measurements, below the top folder.
    measurements: BTreeMap<String, PathBuf>,
    /// What pages state about them.
    statement: Vec<Statement>,
    /// Figures that others measured, by page: text that stands there as it is.
    quoted: BTreeMap<PathBuf, Vec<String>>,
}

/// A text with numbers, and the pages on which it stands.
#[derive(Deserialize)]
struct Statement {
    pages: Vec<PathBuf>,
    text: String,
}

/// The folder with `README.md` and `book`.
fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the course")
}

fn numbers() -> Numbers {
    let text = fs::read_to_string(top().join("book/numbers.toml")).expect("book/numbers.toml");
    toml::from_str(&text).expect("book/numbers.toml can be read")
}

/// A page on one line: where a paragraph is broken says nothing about its numbers.
fn page(path: &Path) -> String {
    let text = fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Numbers {
    /// The number that `place`, `file key form`, stands for.
    fn number(&self, place: &str) -> String {
        let [file, key, form] = place.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("'{{{place}}}' is not of the form {{file key form}}");
        };
        let path = self.measurements.get(file).unwrap_or_else(|| panic!("no measurements are called '{file}'"));
        let value = measured(path, key).unwrap_or_else(|| panic!("{} has no number '{key}'", path.display()));
        formatted(value, form)
    }

    /// A statement with its numbers.
    fn filled_in(&self, text: &str) -> String {
        let place = Regex::new(r"\{([^}]*)\}").expect("a regular expression");
        place.replace_all(text, |found: &regex::Captures| self.number(&found[1])).into_owned()
    }
}

/// The number under `key`; the sum of all lines, where each is an object of its own.
fn measured(path: &Path, key: &str) -> Option<f64> {
    let text = fs::read_to_string(top().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let numbers = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
    numbers.map(|object| object.expect("a flat object of numbers")[key].as_f64()).sum()
}

/// A number as pages write it.
fn formatted(value: f64, form: &str) -> String {
    match form {
        "percent" => format!("{:.1}", 100.0 * value),
        "minutes" => format!("{:.0}", value / 60.0),
        "milliseconds" => grouped(1000.0 * value),
        "megabytes" => grouped(value / 1e6),
        "whole" => grouped(value),
        "ratio" => format!("{value:.2}"),
        _ => panic!("'{form}' is no form of a number"),
    }
}

/// A whole number with a comma for the thousands.
fn grouped(value: f64) -> String {
    let whole = value.round() as u64;
    if whole < 1000 { whole.to_string() } else { format!("{},{:03}", whole / 1000, whole % 1000) }
}

#[test]
fn numbers_are_written_as_pages_write_them() {
    let written =
        [(0.8304, "percent"), (2294.9, "minutes"), (1.4489, "milliseconds"), (1586.0, "whole"), (1.916, "ratio")]
            .map(|(value, form)| formatted(value, form));
    assert_eq!(written, ["83.0", "38", "1,449", "1,586", "1.92"]);
}

/// What a page states is what the file says.
#[test]
fn pages_state_what_was_measured() {
    let numbers = numbers();
    let mut wrong = Vec::new();
    for statement in &numbers.statement {
        let now = numbers.filled_in(&statement.text);
        for path in &statement.pages {
            if !page(path).contains(&now) {
                wrong.push(format!("{} should say: {now}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "measured again since the pages were written?\n{}", wrong.join("\n"));
}

/// No figure stands on a page without a source: neither measured nor quoted.
#[test]
fn no_figure_is_without_a_source() {
    let numbers = numbers();
    let figure = Regex::new(r"\d[\d.,]* (%|ms|MB|GB|points)|\d+ (minutes|seconds)\b").expect("a regular expression");
    let mut without = Vec::new();
    for path in pages() {
        let mut rest = page(&path);
        for text in numbers.sourced(&path) {
            rest = rest.replace(&text, "…");
        }
        without.extend(figure.find_iter(&rest).map(|found| {
            let around: String = rest[..found.end()].chars().rev().take(60).collect();
            format!("{}: {}", path.display(), around.chars().rev().collect::<String>())
        }));
    }
    assert!(without.is_empty(), "add a statement or a quotation to book/numbers.toml:\n{}", without.join("\n"));
}

impl Numbers {
    /// What has a source on this page, the longest first, so that none is cut by a shorter one.
    fn sourced(&self, path: &Path) -> Vec<String> {
        let measured = self.statement.iter().filter(|statement| statement.pages.iter().any(|page| page == path));
        let mut texts: Vec<String> = measured.map(|statement| self.filled_in(&statement.text)).collect();
        texts.extend(self.quoted.get(path).into_iter().flatten().cloned());
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        texts
    }
}

/// The README and the pages of the book.
fn pages() -> Vec<PathBuf> {
    let folder = fs::read_dir(top().join("book/src")).expect("the pages");
    let names = folder.flatten().map(|entry| PathBuf::from("book/src").join(entry.file_name()));
    let mut pages: Vec<PathBuf> = names.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.push("README.md".into());
    pages.sort();
    pages
}
