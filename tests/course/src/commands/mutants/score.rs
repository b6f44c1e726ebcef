//! How many of the mutants are caught, and what that says about those that were not tried.

use super::record::Verdict;

/// At least so many of the viable mutants are to be caught.
pub const ENOUGH: f64 = 0.95;

/// Counts of verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// How many were tried.
    pub tried: usize,
    /// How many of them are programs.
    pub viable: usize,
    /// How many of these were noticed.
    pub caught: usize,
}

impl Score {
    /// Counts.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        verdicts.into_iter().fold(Self::default(), |score, verdict| Self {
            tried: score.tried + 1,
            viable: score.viable + usize::from(verdict.viable()),
            caught: score.caught + usize::from(verdict.viable() && !verdict.survived()),
        })
    }

    /// The part of the viable ones that were caught; none when there are no viable ones.
    pub fn part(self) -> Option<f64> {
        (self.viable > 0).then(|| self.caught as f64 / self.viable as f64)
    }
}

/// The part that would be caught if all were tried, and its 95 % interval, from a sample of each chapter: how many mutants the
/// chapter has, and what became of those tried. A chapter weighs as much as it has mutants, however many were tried. Chapters
/// without a viable one among these are left out.
///
/// Wilson's interval (1927), which unlike `p ± 1.96 σ` stays below one and is never empty when `p` is near one; with Kish's
/// effective number of tries (1965) for samples that do not weigh the same.
pub fn estimate(chapters: &[(usize, Score)]) -> Option<(f64, (f64, f64))> {
    const Z: f64 = 1.959_964;
    let parts: Vec<(f64, f64, f64)> = chapters
        .iter()
        .filter_map(|(planted, score)| Some((*planted as f64, score.part()?, score.viable as f64)))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let weight: f64 = parts.iter().map(|(weight, ..)| weight).sum();
    let p = parts.iter().map(|(weight, part, _)| weight * part).sum::<f64>() / weight;
    let n = weight * weight / parts.iter().map(|(weight, _, tried)| weight * weight / tried).sum::<f64>();
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    Some((p, (middle - half, middle + half)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the textbooks: 15 of 20 are between 53.1 and 88.8 %.
    #[test]
    fn the_interval_is_wilsons() {
        let sample = Score { tried: 20, viable: 20, caught: 15 };
        let (part, (low, high)) = estimate(&[(100, sample)]).expect("some are viable");
        assert_eq!(part, 0.75);
        assert!((low - 0.5313).abs() < 1e-4 && (high - 0.8881).abs() < 1e-4, "{low} to {high}");
    }

    /// Two halves of one sample say what the whole says; a chapter that was hardly tried weighs what it weighs.
    #[test]
    fn chapters_weigh_as_much_as_they_have_mutants() {
        let half = Score { tried: 20, viable: 20, caught: 15 };
        let whole = Score { tried: 40, viable: 40, caught: 30 };
        assert_eq!(estimate(&[(50, half), (50, half)]), estimate(&[(100, whole)]));
        let few = Score { tried: 2, viable: 2, caught: 2 };
        assert_eq!(estimate(&[(100, half), (100, few)]).map(|(part, _)| part), Some(0.875));
    }

    #[test]
    fn what_does_not_compile_counts_for_nothing() {
        use Verdict::{Caught, DoesNotCompile, NeverEnded, Survived};
        let score = Score::of([Caught, Survived, DoesNotCompile, NeverEnded]);
        assert_eq!(score, Score { tried: 4, viable: 3, caught: 2 });
        assert_eq!(Score::of([DoesNotCompile]).part(), None);
    }
}
