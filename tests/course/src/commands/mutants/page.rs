//! What came of it: tests/mutants.md, and a few lines for the terminal.

use super::reasons::Reasons;
use super::record::Record;
use super::score::{ENOUGH, Score, estimate};
use super::tool::Mutant;
use crate::course::Chapter;
use crate::outcome::{green, red, yellow};

/// Everything that the page says.
pub struct Page {
    chapters: Vec<Row>,
    survivors: Vec<Survivor>,
    /// Counted as each mutant was first tried, and as it was last tried.
    first: Score,
    now: Score,
    planted: usize,
    problems: Vec<String>,
}

/// A line of the table.
struct Row {
    folder: String,
    planted: usize,
    first: Score,
    now: Score,
}

struct Survivor {
    name: String,
    line: String,
    reason: Option<String>,
}

impl Page {
    /// Counts and gathers.
    pub fn new(all: &[(&Chapter, Vec<Mutant>)], record: &Record, reasons: &Reasons) -> Self {
        let every: Vec<&Mutant> = all.iter().flat_map(|(_, mutants)| mutants).collect();
        let scores = |mutants: &[&Mutant]| {
            let tried = || mutants.iter().filter_map(|mutant| record.of(mutant));
            (Score::of(tried().map(|tried| tried.first)), Score::of(tried().map(|tried| tried.now)))
        };
        let row = |(chapter, mutants): &(&Chapter, Vec<Mutant>)| {
            let (first, now) = scores(&mutants.iter().collect::<Vec<_>>());
            Row { folder: chapter.folder.clone(), planted: mutants.len(), first, now }
        };
        let survivors = every.iter().filter(|mutant| record.of(mutant).is_some_and(|tried| tried.now.survived()));
        let survivor = |mutant: &&Mutant| Survivor {
            name: mutant.name.clone(),
            line: mutant.line.clone(),
            reason: reasons.of(mutant).map(str::to_owned),
        };
        let (first, now) = scores(&every);
        Self {
            chapters: all.iter().map(row).collect(),
            survivors: survivors.map(survivor).collect(),
            first,
            now,
            planted: every.len(),
            problems: reasons.problems(&every, record),
        }
    }

    /// Whether enough are caught, and every reason fits.
    pub fn good(&self) -> bool {
        self.problems.is_empty() && self.now.part().is_none_or(|part| part >= ENOUGH)
    }

    /// For the terminal.
    pub fn in_words(&self) -> String {
        let without = self.survivors.iter().filter(|survivor| survivor.reason.is_none());
        let mut text: String = without.map(|one| format!("{} {}\n", yellow("survived"), one.name)).collect();
        text.push_str(&format!("{}\n", self.summary().replace("**", "")));
        text.extend(self.problems.iter().map(|problem| format!("{} {problem}\n", red("✗"))));
        let verdict = format!("{} % are to be caught.\n", percent(ENOUGH));
        text.push_str(&if self.good() { green(verdict) } else { red(verdict) });
        text
    }

    /// How many, and how sure.
    fn summary(&self) -> String {
        let strata: Vec<(usize, Score)> = self.chapters.iter().map(|row| (row.planted, row.first)).collect();
        let Some((part, (first, (low, high)))) = self.now.part().zip(estimate(&strata)) else {
            return format!("There are {} mutants, and none has been tried.", self.planted);
        };
        let (now, all) = (self.now, self.planted);
        let mut text = format!(
            "Of {all} mutants, {} were tried, and {} of these do not compile. Of the other {}, **{} are caught: {} %**.",
            now.tried,
            now.tried - now.viable,
            now.viable,
            now.caught,
            percent(part)
        );
        if self.first != now {
            let caught = format!("{} ({} %)", self.first.caught, self.first.part().map_or_else(String::new, percent));
            text.push_str(&format!(" When they were first tried it was {caught}; then tests were sharpened."));
        }
        if now.tried < all {
            text.push_str(&format!(
                "\n\nSuch a sample speaks for the others only as it was before the tests were sharpened for it. Were all tried, \
                 {} % would be caught, or anything between {} and {} % (95 % interval, Wilson; a chapter weighs as much as it \
                 has mutants).",
                percent(first),
                percent(low),
                percent(high)
            ));
        }
        text
    }

    /// The page.
    pub fn in_markdown(&self) -> String {
        let mut text = format!("{HEAD}\n{}\n\n{TABLE}", self.summary());
        for row in &self.chapters {
            text.push_str(&row.in_markdown());
        }
        let (with, without): (Vec<&Survivor>, Vec<&Survivor>) =
            self.survivors.iter().partition(|survivor| survivor.reason.is_some());
        for (title, survivors) in [("Survivors with a reason", with), ("Survivors without a reason yet", without)] {
            text.push_str(&format!("\n## {title}: {}\n", survivors.len()));
            text.extend(survivors.iter().map(|survivor| survivor.in_markdown()));
        }
        text
    }
}

impl Row {
    fn in_markdown(&self) -> String {
        let score = |score: Score| score.part().map_or_else(|| "–".to_owned(), percent);
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            self.folder,
            self.planted,
            self.now.tried,
            self.now.viable,
            self.now.caught,
            score(self.now),
            score(self.first)
        )
    }
}

impl Survivor {
    fn in_markdown(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!("  \n  {}", reason.trim())).unwrap_or_default();
        format!("\n- `{}`  \n  `{}`{reason}\n", self.name, self.line)
    }
}

/// With one decimal, rounded down: a score is not to look better than it is.
fn percent(part: f64) -> String {
    format!("{:.1}", (part * 1000.0 + 1e-9).floor() / 10.0)
}

const HEAD: &str = "# Mutants\n\n\
    Written by `cargo course mutants`; `tests/mutants.toml` holds the reasons, `tests/mutants-tried.toml` each verdict.\n\n\
    A mutant is the course with one small change: `+` has become `*`, `<` has become `<=`, a function returns 0 at once. It is\n\
    caught when a test of its own chapter is red or does not end. Not changed are the training loop, which has no result of\n\
    its own, and what decides about speed alone: `.cargo/mutants.toml` lists it.\n";

const TABLE: &str =
    "| chapter | mutants | tried | compile | caught | % | % when first tried |\n|---|---|---|---|---|---|---|\n";

#[cfg(test)]
mod tests {
    #[test]
    fn a_score_is_never_rounded_up() {
        assert_eq!(super::percent(0.9499), "94.9");
        assert_eq!(super::percent(0.95), "95.0");
    }
}
