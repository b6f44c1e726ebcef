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

    /// The 95 % interval for the part of all, when those tried are a sample of them (Wilson 1927: with `p` near one and few
    /// tries, it stays below one and is never empty, unlike `p ± 1.96 σ`).
    pub fn interval(self) -> Option<(f64, f64)> {
        const Z: f64 = 1.959_964;
        let (n, p) = (self.viable as f64, self.part()?);
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some((middle - half, middle + half))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the textbooks: 15 of 20 are between 53.1 and 88.8 %.
    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = Score { tried: 20, viable: 20, caught: 15 }.interval().expect("some are viable");
        assert!((low - 0.5313).abs() < 1e-4 && (high - 0.8881).abs() < 1e-4, "{low} to {high}");
    }

    #[test]
    fn what_does_not_compile_counts_for_nothing() {
        use Verdict::{Caught, DoesNotCompile, NeverEnded, Survived};
        let score = Score::of([Caught, Survived, DoesNotCompile, NeverEnded]);
        assert_eq!(score, Score { tried: 4, viable: 3, caught: 2 });
        assert_eq!(Score::of([DoesNotCompile]).part(), None);
    }
}
