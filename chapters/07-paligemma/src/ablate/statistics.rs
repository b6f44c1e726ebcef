//! Means of a few seeds, and how far chance alone may have moved them.
//!
//! Three seeds say little about how much seeds differ. Student's t accounts for that: for three values, the 95 % interval
//! is 4.3 standard errors to each side, not 1.96. Arms are compared seed by seed: both saw the same batches from the same
//! start, so what a lucky seed gives to both cancels in the difference.

/// 97.5 % points of Student's t for 1, 2, … 30 degrees of freedom.
///
/// # Source
/// Any table of the distribution, e.g. NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.7.2.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// A mean and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The middle.
    pub mean: f64,
    /// How far the interval reaches to each side.
    pub half_width: f64,
}

impl Interval {
    /// The 95 % interval of the mean of `values`; none for fewer than two, which say nothing about chance.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        Some(Self { mean, half_width: student(values.len() - 1) * (variance / n).sqrt() })
    }

    /// The 95 % interval of the mean of `these − those`, pair by pair.
    pub fn of_differences(these: &[f64], those: &[f64]) -> Option<Self> {
        let differences: Vec<f64> = these.iter().zip(those).map(|(this, that)| this - that).collect();
        Self::of(&differences)
    }

    /// Its lower end.
    pub fn low(&self) -> f64 {
        self.mean - self.half_width
    }

    /// Its upper end.
    pub fn high(&self) -> f64 {
        self.mean + self.half_width
    }

    /// Whether zero lies inside: then chance alone explains the difference well enough.
    pub fn includes_zero(&self) -> bool {
        self.low() <= 0.0 && 0.0 <= self.high()
    }
}

/// How many standard errors the interval reaches. Beyond 30 degrees of freedom the value for 30 stands: a little too wide.
fn student(degrees_of_freedom: usize) -> f64 {
    STUDENT[degrees_of_freedom.clamp(1, STUDENT.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "expected {expected}, found {found}");
    }

    #[test]
    fn the_interval_of_one_two_three_is_known() {
        // Standard deviation 1, standard error 1/√3, two degrees of freedom.
        let interval = Interval::of(&[1.0, 2.0, 3.0]).expect("three values");
        close(interval.mean, 2.0);
        close(interval.half_width, 4.303 / 3f64.sqrt());
        close(interval.low(), 2.0 - 4.303 / 3f64.sqrt());
        close(interval.high(), 2.0 + 4.303 / 3f64.sqrt());
    }

    #[test]
    fn two_values_are_twelve_standard_errors_wide() {
        // Standard deviation √2 · 1/2 · 2 = √2, standard error 1.
        close(Interval::of(&[4.0, 6.0]).expect("two values").half_width, 12.706);
    }

    #[test]
    fn one_value_has_no_interval() {
        assert_eq!(Interval::of(&[1.0]), None, "one seed says nothing about chance");
        assert_eq!(Interval::of(&[]), None);
    }

    #[test]
    fn the_interval_widens_with_the_spread_and_narrows_with_the_number() {
        let width = |values: &[f64]| Interval::of(values).expect("values").half_width;
        close(width(&[-3.0, 0.0, 3.0]), 3.0 * width(&[-1.0, 0.0, 1.0]));
        assert!(width(&[-1.0, 1.0, -1.0, 1.0]) < width(&[-1.0, 1.0]), "more seeds, less doubt");
        close(width(&[5.0, 5.0, 5.0]), 0.0);
    }

    #[test]
    fn what_a_seed_gives_to_both_arms_cancels() {
        // Seeds differ by ten, the arms by one on every seed: unpaired this would drown.
        let (these, those) = ([11.0, 21.0, 31.0], [10.0, 20.0, 30.0]);
        let difference = Interval::of_differences(&these, &those).expect("three pairs");
        close(difference.mean, 1.0);
        close(difference.half_width, 0.0);
        assert!(!difference.includes_zero());
    }

    #[test]
    fn a_difference_that_changes_its_sign_includes_zero() {
        let difference = Interval::of_differences(&[1.0, 0.0, 1.0], &[0.0, 1.0, 0.0]).expect("three pairs");
        assert!(difference.includes_zero(), "{difference:?}");
    }

    #[test]
    fn many_seeds_use_the_last_entry_of_the_table() {
        close(student(30), 2.042);
        close(student(1000), 2.042);
    }
}
