//! What a number of something costs, at several numbers of it: does the cost double when the number does?

use serde::Serialize;

/// A cost, measured at several sizes.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    /// What is measured, for the legend.
    pub name: String,
    /// Size and cost, in the order of the sizes.
    pub points: Vec<(f64, f64)>,
}

/// Several series over the same sizes: one picture.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// The name of its file.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// What the sizes count.
    pub sizes: String,
    /// What the costs are, with their unit.
    pub costs: String,
    /// What was measured.
    pub series: Vec<Series>,
}

impl Series {
    /// The power that the cost grows with: 1 when it doubles with the size, 2 when it grows fourfold. The slope of the line
    /// that fits the logarithms best; not a number for fewer than two sizes.
    pub fn power(&self) -> f64 {
        // ANCHOR: power
        let logarithms = || self.points.iter().map(|(size, cost)| (size.ln(), cost.ln()));
        let count = self.points.len() as f64;
        let (mean_size, mean_cost) =
            logarithms().fold((0.0, 0.0), |(sizes, costs), (size, cost)| (sizes + size / count, costs + cost / count));
        let along = logarithms().map(|(size, cost)| (size - mean_size) * (cost - mean_cost)).sum::<f64>();
        along / logarithms().map(|(size, _)| (size - mean_size).powi(2)).sum::<f64>()
        // ANCHOR_END: power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(cost: impl Fn(f64) -> f64) -> Series {
        let points = [1.0, 2.0, 4.0, 8.0, 32.0].map(|size| (size, cost(size))).to_vec();
        Series { name: "a cost".to_owned(), points }
    }

    /// Twice the size, twice the cost: power one. Four times the cost: power two. The factor in front does not matter.
    #[test]
    fn the_power_is_that_of_the_law() {
        for power in [0.0, 1.0, 1.5, 2.0] {
            let found = series(|size| 7.0 * size.powf(power)).power();
            assert!((found - power).abs() < 1e-12, "size^{power} was taken for size^{found}");
        }
    }

    /// A cost that is there at any size, and larger than the rest, hides the growth: the power is small, not wrong.
    #[test]
    fn a_constant_cost_lowers_the_power() {
        let found = series(|size| 100.0 + size).power();
        assert!(found > 0.0 && found < 0.2, "found {found}");
    }
}
