//! What an exercise asks for, above the command that checks it: the file, the head of the function, and the time it takes.
//!
//! All of it is read from `exercises.toml` and from the sources, so it cannot differ from what the workshop holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::indentation;

/// The command above which the note stands.
const CHECK: &str = "cargo course check ";

/// The exercises of all chapters, by name.
#[derive(Debug, Default)]
pub struct Exercises(BTreeMap<String, String>);

/// As much of `exercises.toml` as is needed here.
#[derive(Deserialize)]
struct Chapter {
    #[serde(default)]
    exercise: Vec<Function>,
    #[serde(default)]
    property: Vec<Property>,
}

#[derive(Deserialize)]
struct Function {
    id: String,
    file: String,
    minutes: u32,
}

#[derive(Deserialize)]
struct Property {
    id: String,
    minutes: u32,
    of: String,
    rejects: usize,
}

impl Exercises {
    /// Reads `chapters/*/exercises.toml`, and the head of every function that is to be written. Without such a folder there are
    /// no exercises.
    ///
    /// # Errors
    /// When a file cannot be read, or an exercise has no region in its file.
    pub fn read(chapters: &Path) -> Result<Self> {
        let mut notes = BTreeMap::new();
        if !chapters.is_dir() {
            return Ok(Self::default());
        }
        for entry in fs::read_dir(chapters).with_context(|| chapters.display().to_string())? {
            let folder = entry?.path();
            let list = folder.join("exercises.toml");
            if !list.is_file() {
                continue;
            }
            let chapter: Chapter = toml::from_str(&text(&list)?).with_context(|| list.display().to_string())?;
            let place = format!("chapters/{}", folder.file_name().unwrap_or_default().to_string_lossy());
            for Function { id, file, minutes } in chapter.exercise {
                let head = head(&text(&folder.join(&file))?, &id).with_context(|| format!("{place}/{file}"))?;
                notes.insert(
                    id,
                    format!("**You write** in `workshop/{place}/{file}`, about {minutes} minutes:\n\n{head}\n"),
                );
            }
            for Property { id, minutes, of, rejects } in chapter.property {
                let answer = text(&folder.join(PathBuf::from("properties").join(format!("{id}.rs"))))?;
                let head = head(&answer, &id)?;
                let file = format!("workshop/{place}/tests/property_{id}.rs");
                let help = explained(&answer);
                notes.insert(
                    id,
                    format!(
                        "**You write** the inside of a test in `{file}`, about {minutes} minutes. What stands in the brackets is drawn \
                         at random, many times, and `?` may be used.{help} Green means that the course's own \
                         `{of}` passes your test, and that at least {rejects} of its wrong versions do not.\n\n{head}\n"
                    ),
                );
            }
        }
        Ok(Self(notes))
    }

    /// What stands above a block of code whose lines are commands that check exercises; nothing above any other.
    pub fn note(&self, code: &str) -> String {
        let exercises = code.lines().filter_map(|line| self.0.get(line.strip_prefix(CHECK)?));
        exercises.map(|note| format!("{note}\n")).collect()
    }
}

/// What the top of a file says after its first paragraph, which is the same everywhere.
fn explained(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!")).skip_while(|line| !line.is_empty());
    lines.map(str::trim_end).collect()
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

/// The function around the region `id`, up to its opening brace, and what it belongs to.
fn head(source: &str, id: &str) -> Result<String> {
    let anchor = format!("// ANCHOR: {id}");
    let before: Vec<&str> = source.lines().take_while(|line| line.trim() != anchor).collect();
    let is_function = |line: &&str| line.trim_start().trim_start_matches("pub ").starts_with("fn ");
    let start = before.iter().rposition(is_function).with_context(|| format!("no function holds the region {id}"))?;
    let end = before[start..].iter().position(|line| line.ends_with('{')).context("a function without a body")?;
    let mut lines = before[start..=start + end].join("\n");
    lines.push_str(" … }\n");
    let owner =
        before[..start].iter().rfind(|line| line.starts_with("impl")).filter(|_| before[start].starts_with(' '));
    let owner = owner.map_or(String::new(), |owner| format!("// {}\n", owner.trim_end_matches(" {")));
    Ok(format!("```rust,ignore\n{owner}{}```\n", indentation::removed(&lines)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_name_arguments_and_owner() {
        let source = "impl Box<T> {\n    /// Doc.\n    pub fn size(\n        &self,\n        scale: f64,\n    ) -> f64 {\n        // ANCHOR: size\n";
        let head = head(source, "size").expect("a function");
        assert_eq!(
            head,
            "```rust,ignore\n// impl Box<T>\npub fn size(\n    &self,\n    scale: f64,\n) -> f64 { … }\n```\n"
        );
    }

    #[test]
    fn the_course_has_exercises_of_both_kinds() {
        let chapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chapters");
        let exercises = Exercises::read(&chapters).expect("the chapters");
        let note = |id: &str| exercises.note(&format!("cargo course check {id}\n"));
        assert!(
            note("normalise").contains("pub fn normalise(x: &Tensor) -> Result<Tensor> { … }"),
            "{}",
            note("normalise")
        );
        let test = note("one_logit_more");
        assert!(test.contains(" `assert_number(&tensor, number, tolerance,"), "what compares is named: {test}");
        assert!(
            test.contains("tests/property_one_logit_more.rs") && test.contains("fn one_logit_more(logits in"),
            "{test}"
        );
    }

    #[test]
    fn only_the_command_has_a_note() {
        let exercises = Exercises(BTreeMap::from([("size".to_owned(), "note".to_owned())]));
        assert_eq!(exercises.note("cargo course check size\n"), "note\n");
        assert_eq!(exercises.note("cargo course check size\ncargo course check size\n"), "note\nnote\n");
        assert_eq!(exercises.note("cargo course check sizes\n"), "");
        assert_eq!(exercises.note("echo size\n"), "");
    }
}
