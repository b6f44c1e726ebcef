//! What can be had without looking: the baseline of every answer.
//!
//! A blind guesser knows the prompts and the answers of the training set and always gives the commonest answer to the
//! very prompt it hears. Whatever a model scores above it has to come from the picture.

use std::collections::BTreeMap;

/// The commonest answer to each prompt, and over all.
#[derive(Debug, Clone, Default)]
pub struct BlindGuesser {
    counts: BTreeMap<String, BTreeMap<String, usize>>,
    overall: BTreeMap<String, usize>,
}

impl BlindGuesser {
    /// Learns from one training example.
    pub fn learn(&mut self, prompt: &str, answer: &str) {
        // ANCHOR: learn
        *self.counts.entry(prompt.to_owned()).or_default().entry(answer.to_owned()).or_default() += 1;
        *self.overall.entry(answer.to_owned()).or_default() += 1;
        // ANCHOR_END: learn
    }

    /// The commonest answer to this prompt in training; to a new prompt, the commonest answer of all.
    pub fn guess(&self, prompt: &str) -> &str {
        // ANCHOR: guess
        let counts = self.counts.get(prompt).unwrap_or(&self.overall);
        // Among equally common answers the alphabetically first, so that the guess never depends on chance.
        let best = counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
        best.map_or("", |(answer, _)| answer)
        // ANCHOR_END: guess
    }
}
