//! What the checks remember between runs. Nothing of it is needed: a file that is lost or damaged counts as empty, and
//! the next check finds out again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::manifests::HEADER;
use crate::files;

/// Where it is, below the workshop.
const FILE: &str = ".course/state.json";

/// The memory of a workshop.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The fingerprint of each file as it was handed out.
    pub handed_out: BTreeMap<String, String>,
    /// How many hints have been shown, by exercise.
    pub hints: BTreeMap<String, usize>,
    /// By exercise that was green: the fingerprint of its body and its specification then.
    pub green: BTreeMap<String, String>,
    /// By chapter that was green as a whole: the fingerprint of all its sources and specifications then.
    pub green_chapters: BTreeMap<String, String>,
    /// The chapters that the later ones take from the learner.
    pub in_use: BTreeSet<String>,
}

impl State {
    /// Reads the memory of the workshop at `place`.
    pub fn read(place: &Path) -> Self {
        let text = std::fs::read_to_string(place.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Whether there is a workshop at `place`, or was one: also when its memory has been deleted.
    pub fn is_at(place: &Path) -> bool {
        let is_generated = || {
            let manifest = std::fs::read_to_string(place.join("Cargo.toml")).unwrap_or_default();
            manifest.starts_with(HEADER)
        };
        place.join(".course").is_dir() || is_generated()
    }

    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, place: &Path) -> Result<()> {
        files::write(&place.join(FILE), &serde_json::to_string_pretty(self)?)
    }
}
