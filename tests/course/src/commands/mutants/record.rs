//! What has been tried so far, over many runs: `tests/mutants-tried.toml`, a letter for each mutant.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::tool::Mutant;
use crate::files;

const HEAD: &str = "\
# What became of each mutant. Written by `cargo course mutants`; do not edit.
#
# A letter for each mutant of a file, in the order in which cargo-mutants lists them: c caught, n its tests never ended,
# s survived, x does not compile, . not tried yet. `first`: when it was first tried; `now`: when it was last tried. When the
# code of a file changes, its mutants are tried anew.

";

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A test is red.
    Caught,
    /// The tests did not end, which nobody would call green.
    NeverEnded,
    /// Every test is green.
    Survived,
    /// It is no program.
    DoesNotCompile,
}

impl Verdict {
    const LETTERS: [(Self, char); 4] =
        [(Self::Caught, 'c'), (Self::NeverEnded, 'n'), (Self::Survived, 's'), (Self::DoesNotCompile, 'x')];

    fn letter(self) -> char {
        Self::LETTERS.iter().find(|(verdict, _)| *verdict == self).map_or('.', |(_, letter)| *letter)
    }

    fn of(letter: char) -> Option<Self> {
        Self::LETTERS.iter().find(|(_, other)| *other == letter).map(|(verdict, _)| *verdict)
    }

    /// Whether no test noticed it.
    pub fn survived(self) -> bool {
        self == Self::Survived
    }

    /// Whether there is nothing to be gained by trying it again: a test is red, or it is no program. Tests that did not end
    /// may only have been slow.
    pub fn settled(self) -> bool {
        matches!(self, Self::Caught | Self::DoesNotCompile)
    }

    /// Whether it is a program at all.
    pub fn viable(self) -> bool {
        self != Self::DoesNotCompile
    }
}

/// A mutant that has been tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// What became of it the first time. Only this tells of mutants that nobody has tried: those that survived were then looked
    /// at, and tests were written for them.
    pub first: Verdict,
    /// What became of it the last time.
    pub now: Verdict,
}

/// The mutants of one file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct OfFile {
    /// A fingerprint of the file without its comments.
    source: String,
    first: String,
    now: String,
}

/// By the mutant's name.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    tried: BTreeMap<String, Tried>,
}

impl Record {
    /// What the file says about these mutants. Nothing is known of those whose source has changed since; of none, where there
    /// is no such file, or it cannot be understood.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(path: PathBuf, mutants: &[&Mutant]) -> Result<Self> {
        let text = if path.is_file() { files::read(&path)? } else { String::new() };
        let known: BTreeMap<String, OfFile> = toml::from_str(&text).unwrap_or_default();
        let mut tried = BTreeMap::new();
        for (file, mutants) in by_file(mutants) {
            let Some(OfFile { source, first, now }) = known.get(file) else { continue };
            let fits = mutants.iter().all(|mutant| mutant.source == *source) && now.chars().count() == mutants.len();
            for ((mutant, first), now) in mutants.iter().zip(first.chars()).zip(now.chars()).filter(|_| fits) {
                if let (Some(first), Some(now)) = (Verdict::of(first), Verdict::of(now)) {
                    tried.insert(mutant.name.clone(), Tried { first, now });
                }
            }
        }
        Ok(Self { path, tried })
    }

    /// Writes it, with a place for each of all mutants.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, mutants: &[&Mutant]) -> Result<()> {
        let letters = |mutants: &[&Mutant], verdict: fn(&Tried) -> Verdict| -> String {
            mutants.iter().map(|mutant| self.of(mutant).map_or('.', |tried| verdict(tried).letter())).collect()
        };
        let of_file = |mutants: Vec<&Mutant>| OfFile {
            source: mutants.first().map(|mutant| mutant.source.clone()).unwrap_or_default(),
            first: letters(&mutants, |tried| tried.first),
            now: letters(&mutants, |tried| tried.now),
        };
        let all = by_file(mutants).into_iter().map(|(file, mutants)| (file, of_file(mutants)));
        let tried: BTreeMap<&str, OfFile> = all.filter(|(_, file)| file.now.contains(|letter| letter != '.')).collect();
        files::write(&self.path, &format!("{HEAD}{}", toml::to_string(&tried)?))
    }

    /// Takes in what became of a mutant.
    pub fn add(&mut self, mutant: &Mutant, now: Verdict) {
        let first = self.of(mutant).map_or(now, |tried| tried.first);
        self.tried.insert(mutant.name.clone(), Tried { first, now });
    }

    /// What is known about a mutant.
    pub fn of(&self, mutant: &Mutant) -> Option<&Tried> {
        self.tried.get(&mutant.name)
    }
}

/// The mutants of each file, in their order.
fn by_file<'a>(mutants: &[&'a Mutant]) -> BTreeMap<&'a str, Vec<&'a Mutant>> {
    let mut files: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        files.entry(&mutant.file).or_default().push(mutant);
    }
    files
}
