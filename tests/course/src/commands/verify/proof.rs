//! What a proof found.

use serde::Serialize;

use crate::outcome::{dim, green, red, yellow};

/// Everything that was tried, and what came of it.
#[derive(Debug, Default, Serialize)]
pub struct Proof {
    /// What has to be mended, one sentence each.
    pub problems: Vec<String>,
    /// By exercise.
    pub exercises: Vec<ExerciseProof>,
    /// By mistake that the course knows.
    pub mistakes: Vec<MistakeProof>,
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
        text.push_str(&format!(
            "{} exercises and {} mistakes tried, {} further ones\n",
            self.exercises.len(),
            self.mistakes.len(),
            self.further.len()
        ));
        for problem in &self.problems {
            text.push_str(&format!("{} {problem}\n", red("✗")));
        }
        if self.problems.is_empty() {
            text.push_str(&green(
                "Every exercise is red when empty and green when filled; every mistake is caught and recognised.\n",
            ));
        }
        text
    }
}
