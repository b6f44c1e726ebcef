//! Why a survivor may live: tests/mutants.toml.

use std::path::Path;

use anyhow::{Result, anyhow};
use serde::Deserialize;

use super::record::Record;
use super::tool::Mutant;
use crate::files;

/// A reason, and the mutant that it is about. A mutant is known by what it changes and by the text of the line, which stay
/// when lines above come and go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    file: String,
    change: String,
    line: String,
    reason: String,
}

impl Reason {
    fn is_about(&self, mutant: &Mutant) -> bool {
        self.file == mutant.file && self.change == mutant.change() && self.line == mutant.line
    }
}

/// All reasons.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    #[serde(rename = "survivor", default)]
    reasons: Vec<Reason>,
}

impl Reasons {
    /// Reads the file; no reasons if there is none.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub fn read(file: &Path) -> Result<Self> {
        if !file.is_file() {
            return Ok(Self::default());
        }
        toml::from_str(&files::read(file)?)
            .map_err(|error| anyhow!("'{}' cannot be understood: {error}", file.display()))
    }

    /// Why this mutant survives, if somebody has said so.
    pub fn of(&self, mutant: &Mutant) -> Option<&str> {
        self.reasons.iter().find(|reason| reason.is_about(mutant)).map(|reason| reason.reason.as_str())
    }

    /// What is wrong with the reasons themselves, one sentence each.
    pub fn problems(&self, mutants: &[&Mutant], record: &Record) -> Vec<String> {
        let problem = |reason: &Reason| {
            let about: Vec<&Mutant> = mutants.iter().copied().filter(|mutant| reason.is_about(mutant)).collect();
            let caught = |mutant: &&Mutant| record.of(mutant).is_some_and(|tried| !tried.now.survived());
            let what = if reason.reason.trim().is_empty() {
                "gives no reason"
            } else if about.is_empty() {
                "is about no mutant that there is"
            } else if about.iter().all(caught) {
                "is about a mutant that does not survive"
            } else {
                return None;
            };
            Some(format!("tests/mutants.toml: `{}` in {} {what}; mend or remove the entry", reason.change, reason.file))
        };
        self.reasons.iter().filter_map(problem).collect()
    }
}
