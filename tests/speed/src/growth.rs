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

/// A table in Markdown: what each series costs at its smallest and at its largest size, and the power between.
pub fn table(figures: &[Figure]) -> String {
    let mut lines = vec!["| | sizes | cost at the ends | power |".to_owned(), "|---|---|---|---|".to_owned()];
    for figure in figures {
        for series in &figure.series {
            let (Some(&(first, cheap)), Some(&(last, dear))) = (series.points.first(), series.points.last()) else {
                continue;
            };
            lines.push(format!(
                "| {} | {first} to {last} {} | {} to {} {} | {:.2} |",
                series.name,
                figure.sizes,
                rounded(cheap),
                rounded(dear),
                figure.costs,
                series.power()
            ));
        }
    }
    lines.join("\n") + "\n"
}

/// Three digits: 0.0123, 1.23, 12.3, 1235.
fn rounded(cost: f64) -> String {
    let before = cost.abs().max(f64::MIN_POSITIVE).log10().floor() as i32 + 1;
    format!("{cost:.*}", (3 - before).max(0) as usize)
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

    /// Every series has a line with both its ends, three digits of each cost, and its power.
    #[test]
    fn the_table_has_a_line_for_each_series() {
        let series = |name: &str, power: i32| Series {
            name: name.to_owned(),
            points: [10.0, 100.0].map(|size: f64| (size, 1.234 * size.powi(power))).to_vec(),
        };
        let figure = Figure {
            name: "a-figure".to_owned(),
            title: "A figure".to_owned(),
            sizes: "tokens".to_owned(),
            costs: "ms".to_owned(),
            series: vec![series("slow", 2), series("fast", -1)],
        };
        let table = table(&[figure]);
        let lines: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| slow | 10 to 100 tokens | 123 to 12340 ms | 2.00 |",
                "| fast | 10 to 100 tokens | 0.123 to 0.0123 ms | -1.00 |"
            ]
        );
    }
}
