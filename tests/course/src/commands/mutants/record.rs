//! What has been tried so far, over many runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::tool::Mutant;
use crate::files;

/// What became of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// A fingerprint of its file.
    source: String,
    /// What became of it the first time. Only this tells of mutants that nobody has tried: those that survived were then looked
    /// at, and tests were written for them.
    pub first: Verdict,
    /// What became of it the last time.
    pub now: Verdict,
}

/// By the mutant's name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(BTreeMap<String, Tried>);

impl Record {
    /// The record in this folder; an empty one if there is none, or it cannot be understood.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn read(results: &Path) -> Result<Self> {
        let file = results.join("record.json");
        if !file.is_file() {
            return Ok(Self::default());
        }
        Ok(serde_json::from_str(&files::read(&file)?).unwrap_or_default())
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn write(&self, results: &Path) -> Result<()> {
        files::write(&results.join("record.json"), &serde_json::to_string_pretty(self)?)
    }

    /// Forgets mutants whose file has changed since, or that are no longer planted.
    pub fn keep_only(&mut self, mutants: &[&Mutant]) {
        let known: BTreeSet<(&str, &str)> =
            mutants.iter().map(|mutant| (mutant.name.as_str(), mutant.source.as_str())).collect();
        self.0.retain(|name, tried| known.contains(&(name.as_str(), tried.source.as_str())));
    }

    /// Takes in what became of a mutant.
    pub fn add(&mut self, mutant: &Mutant, now: Verdict) {
        let first = self.of(mutant).map_or(now, |tried| tried.first);
        self.0.insert(mutant.name.clone(), Tried { source: mutant.source.clone(), first, now });
    }

    /// What is known about a mutant.
    pub fn of(&self, mutant: &Mutant) -> Option<&Tried> {
        self.0.get(&mutant.name)
    }
}
