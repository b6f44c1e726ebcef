//! What a proof found.

use serde::Serialize;

use crate::outcome::{dim, green, red, yellow};
use crate::run::Votes;

/// Everything that was tried, and what came of it.
#[derive(Debug, Default, Serialize)]
pub struct Proof {
    /// What has to be mended, one sentence each.
    pub problems: Vec<String>,
    /// By exercise.
    pub exercises: Vec<ExerciseProof>,
    /// By mistake that the course knows.
    pub mistakes: Vec<MistakeProof>,
    /// By test for learners to write.
    pub properties: Vec<PropertyProof>,
    /// By mistake of the further folder.
    pub further: Vec<MistakeProof>,
}

/// What was tried with an exercise.
#[derive(Debug, Serialize)]
pub struct ExerciseProof {
    /// Its name.
    pub exercise: String,
    /// How many tests decide about it.
    pub tests: usize,
    /// With it and all later exercises empty, its specification is red because of its own `todo!`.
    pub red_when_empty: bool,
    /// With it filled, and all later ones still empty, its specification is green.
    pub green_when_filled: bool,
}

/// What was tried with a test for learners to write.
#[derive(Debug, Serialize)]
pub struct PropertyProof {
    /// Its name.
    pub property: String,
    /// Empty, it is red because of its own `todo!`.
    pub not_started_when_empty: bool,
    /// The course's own test is green with the right version.
    pub accepts_the_right: bool,
    /// So many wrong versions have to be rejected.
    pub asked_for: usize,
    /// What the course's own test made of the wrong versions.
    pub votes: Option<Votes>,
}

/// What was tried with a mistake.
#[derive(Debug, Serialize)]
pub struct MistakeProof {
    /// The exercise that it belongs to.
    pub exercise: String,
    /// Its name.
    pub name: String,
    /// Whether it compiles.
    pub compiles: bool,
    /// The tests that are red with it.
    pub rejected_by: Vec<String>,
    /// The mistake that a learner would be told about.
    pub diagnosed_as: Option<String>,
}

impl Proof {
    /// A summary, and every problem.
    pub fn in_words(&self) -> String {
        let mut text = String::new();
        for one in &self.further {
            let verdict = match (one.compiles, one.rejected_by.is_empty()) {
                (false, _) => yellow("does not compile"),
                (true, true) => red("not rejected"),
                (true, false) => format!("{} by {}", green("rejected"), one.rejected_by.join(", ")),
            };
            let diagnosis =
                one.diagnosed_as.as_ref().map_or_else(|| dim("not recognised"), |name| format!("recognised as {name}"));
            text.push_str(&format!("{}/{}: {verdict}; {diagnosis}\n", one.exercise, one.name));
        }
        for one in &self.properties {
            let Some(votes) = one.votes.as_ref().filter(|votes| votes.rejected.len() != one.asked_for) else {
                continue;
            };
            text.push_str(&format!(
                "{}: the course's own test rejects {} wrong versions, and {} are asked for\n",
                one.property,
                votes.rejected.len(),
                one.asked_for
            ));
        }
        text.push_str(&format!(
            "{} exercises and {} mistakes tried, {} further ones; tests to be written: {}\n",
            self.exercises.len(),
            self.mistakes.len(),
            self.further.len(),
            self.properties.len()
        ));
        for problem in &self.problems {
            text.push_str(&format!("{} {problem}\n", red("✗")));
        }
        if self.problems.is_empty() {
            text.push_str(&green(
                "Every exercise is red when empty and green when filled; every mistake is caught and recognised; every test to be \
                 written can be.\n",
            ));
        }
        text
    }
}
