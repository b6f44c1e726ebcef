//! Which mistake is it? Wrong code is recognised by how it fails.
//!
//! A specification tries fixed inputs: closed forms, seeded tensors, and proptest with a fixed seed. What it says of a wrong
//! body (which tests are red, which element is off, what stood there instead) is therefore always the same, and
//! two bodies of which it says the same compute the same wrong thing, as far as it can see. So the failures of
//! every known mistake are written down in `mistakes/symptoms.toml` by `cargo course verify --record`, and a learner's
//! failures are compared with them. Numbers may differ by rounding, since another processor adds in another order.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow};

use crate::files;

/// What each red test said, `file::test` → message.
pub type Failures = BTreeMap<String, String>;

/// The failures of every mistake of a chapter: `exercise` → `name` → failures.
pub type Symptoms = BTreeMap<String, BTreeMap<String, Failures>>;

/// Numbers count as equal when they differ by less than this part.
const ROUNDING: f64 = 0.02;

/// Numbers below this are rounding themselves.
const NOTHING: f64 = 1e-5;

/// Reads `symptoms.toml`; a chapter where nothing has been recorded yet has none.
///
/// # Errors
/// When the file cannot be read or understood.
pub fn read(chapter_folder: &Path) -> Result<Symptoms> {
    let path = chapter_folder.join("mistakes/symptoms.toml");
    if !path.is_file() {
        return Ok(Symptoms::new());
    }
    toml::from_str(&files::read(&path)?).map_err(|error| {
        anyhow!("'{}' cannot be understood ({error}); make it anew with `cargo course verify --record`", path.display())
    })
}

/// Writes `symptoms.toml`.
///
/// # Errors
/// When it cannot be written.
pub fn write(chapter_folder: &Path, symptoms: &Symptoms) -> Result<()> {
    let head = "# How each mistake fails. Written by `cargo course verify --record`; do not edit.\n\n";
    files::write(&chapter_folder.join("mistakes/symptoms.toml"), &format!("{head}{}", toml::to_string(symptoms)?))
}

/// The known mistake that fails like this, if there is one: the same tests are red, and more than half of them say the
/// same. When several do, the one that agrees most.
pub fn diagnose<'a>(failures: &Failures, known: &'a BTreeMap<String, Failures>) -> Option<&'a str> {
    let agreement = |symptoms: &Failures| {
        let same_tests = !failures.is_empty() && failures.keys().eq(symptoms.keys());
        let agreeing = failures.values().zip(symptoms.values()).filter(|(a, b)| alike(a, b)).count();
        (same_tests && 2 * agreeing > failures.len()).then_some(agreeing)
    };
    let mut best: Option<(usize, &str)> = None;
    for (name, symptoms) in known {
        if let Some(agreeing) = agreement(symptoms)
            && best.is_none_or(|(most, _)| agreeing > most)
        {
            best = Some((agreeing, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Whether both mistakes fail the same tests with the same words: then no specification can tell them apart.
pub fn same(a: &Failures, b: &Failures) -> bool {
    a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| alike(a, b))
}

/// Whether two messages say the same, up to rounding. What proptest shrinks an input to may hang on a last digit, so that
/// does not count.
fn alike(a: &str, b: &str) -> bool {
    let without_input = |message| str::split(message, "\nminimal failing input: ").next().unwrap_or_default();
    let (a, b) = (pieces(without_input(a)), pieces(without_input(b)));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.is_like(b))
}

/// A part of a message.
enum Piece<'a> {
    Number(f64),
    Text(&'a str),
}

impl Piece<'_> {
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => {
                let size = a.abs().max(b.abs());
                let near = size.is_finite() && (size < NOTHING || (a - b).abs() <= ROUNDING * size);
                a == b || a.is_nan() && b.is_nan() || near
            }
            _ => false,
        }
    }
}

/// Cuts a message into numbers and what is between them.
fn pieces(message: &str) -> Vec<Piece<'_>> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    let mut pieces = Vec::new();
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let inside = is_inside(first);
        let end = rest.find(|c| is_inside(c) != inside).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let starts_like_a_number =
            first.is_ascii_digit() || matches!(first, '-' | '.' | '+') || word == "NaN" || word == "inf";
        match word.trim_end_matches('.').parse() {
            Ok(number) if starts_like_a_number => pieces.push(Piece::Number(number)),
            _ => pieces.push(Piece::Text(word)),
        }
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(entries: &[(&str, &str)]) -> Failures {
        entries.iter().map(|(test, message)| ((*test).to_owned(), (*message).to_owned())).collect()
    }

    #[test]
    fn rounding_does_not_matter_and_numbers_do() {
        assert!(alike("is 0.69314 instead of 4 (off by 3.3e0)", "is 0.69315 instead of 4 (off by 3.31e0)"));
        assert!(alike("off by 1e-9", "off by 3e-9"));
        assert!(!alike("is 0.7 instead of 4", "is 0.9 instead of 4"));
        assert!(!alike("is 50 instead of 4", "is inf instead of 4"));
        assert!(!alike("element [0] is 1", "row [0] is 1"));
        assert!(alike("is NaN.", "is NaN."));
        assert!(alike("too large\nminimal failing input: n = 2", "too large\nminimal failing input: n = 3"));
    }

    #[test]
    fn a_mistake_is_recognised_among_others() {
        let known = BTreeMap::from([
            ("flipped".to_owned(), failures(&[("a", "is -1"), ("b", "is 2")])),
            ("squared".to_owned(), failures(&[("a", "is 9"), ("b", "is 2")])),
        ]);
        assert_eq!(diagnose(&failures(&[("a", "is 9"), ("b", "is 2")]), &known), Some("squared"));
        assert_eq!(diagnose(&failures(&[("a", "is 5"), ("b", "is 7")]), &known), None);
        assert_eq!(diagnose(&failures(&[("a", "is 9")]), &known), None, "another test is green");
        assert_eq!(diagnose(&failures(&[]), &known), None, "nothing failed");
    }
}
