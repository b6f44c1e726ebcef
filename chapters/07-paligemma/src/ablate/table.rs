//! Two tables in Markdown, aligned so that a terminal shows them well, too: the arms, and paper against us.

use std::fmt::Write;

use super::catalogue::{Ablation, Comparison, Metric};
use super::results::Results;
use super::statistics::Interval;

/// Both tables, and how they came about.
pub fn report(ablation: &Ablation, results: &Results, seeds: u64, command: &str) -> String {
    let settings = results.settings();
    let mut text = aligned(&arms(ablation, results, seeds));
    text.push('\n');
    text.push_str(&aligned(&verdicts(ablation, results, seeds)));
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n{seeds} seeds, {} steps each, size {}. Behind ± and in brackets: 95 % intervals after Student's t for {seeds} values; \
         with so few they are wide. Differences are taken seed by seed. Made by `{command}`.\n",
        settings.steps, settings.preset,
    );
    text
}

/// A row per arm, a column per metric.
fn arms(ablation: &Ablation, results: &Results, seeds: u64) -> Vec<Vec<String>> {
    let heads = ablation.metrics.iter().map(|metric| {
        let direction = if metric.lower_is_better() { "lower" } else { "higher" };
        format!("{} ({direction} is better)", metric.words())
    });
    let mut rows = vec![std::iter::once("arm".to_owned()).chain(heads).collect()];
    for arm in &ablation.arms {
        let cell = |metric: &Metric| {
            Interval::of(&results.values(arm.name, metric.name(), seeds))
                .map_or_else(|| "–".to_owned(), |interval| shown(*metric, interval))
        };
        rows.push(std::iter::once(arm.name.to_owned()).chain(ablation.metrics.iter().map(cell)).collect());
    }
    rows
}

/// A row per comparison.
fn verdicts(ablation: &Ablation, results: &Results, seeds: u64) -> Vec<Vec<String>> {
    let mut rows = vec![["compared", "paper says", "we see", "verdict"].map(str::to_owned).to_vec()];
    let metric = ablation.metrics[0];
    for Comparison { better, worse, paper } in &ablation.comparisons {
        let values = |arm| results.values(arm, metric.name(), seeds);
        let difference = Interval::of_differences(&values(better), &values(worse));
        let (seen, verdict) =
            difference.map_or(("–".to_owned(), "–"), |it| (differing(metric, it), verdict(metric, it)));
        rows.push(vec![format!("{better} over {worse}"), (*paper).to_owned(), seen, verdict.to_owned()]);
    }
    rows
}

/// Narrower than rounding: all seeds gave the same difference.
const NO_WIDTH: f64 = 1e-9;

/// What the interval of a difference says about the arm that should be better.
fn verdict(metric: Metric, difference: Interval) -> &'static str {
    // A hundred pictures make a coarse ruler: a few seeds that read the same from it are no proof that seeds do not differ.
    if difference.includes_zero() || difference.half_width < NO_WIDTH {
        return "inconclusive";
    }
    if (difference.mean < 0.0) == metric.lower_is_better() { "so it is here" } else { "the other way round here" }
}

fn shown(metric: Metric, Interval { mean, half_width }: Interval) -> String {
    match metric {
        Metric::Loss => format!("{mean:.3} ± {half_width:.3}"),
        _ => format!("{:.1} % ± {:.1}", 100.0 * mean, 100.0 * half_width),
    }
}

fn differing(metric: Metric, difference: Interval) -> String {
    let (mean, low, high) = (difference.mean, difference.low(), difference.high());
    match metric {
        Metric::Loss => format!("loss {mean:+.3} [{low:+.3}, {high:+.3}]"),
        _ => format!("{:+.1} points [{:+.1}, {:+.1}]", 100.0 * mean, 100.0 * low, 100.0 * high),
    }
}

/// A Markdown table with columns of equal width; the first row is the head.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut table = String::new();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(table, "| {} |", cells.join(" | "));
        if index == 0 {
            let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            let _ = writeln!(table, "| {} |", dashes.join(" | "));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_needs_an_interval_without_zero() {
        let of = |mean, half_width| verdict(Metric::Top1, Interval { mean, half_width });
        assert_eq!(of(1.0, 0.5), "so it is here");
        assert_eq!(of(-1.0, 0.5), "the other way round here");
        assert_eq!(of(1.0, 1.5), "inconclusive");
        assert_eq!(of(0.0, 0.0), "inconclusive", "no difference at all is no difference");
        assert_eq!(of(1.0, 0.0), "inconclusive", "the same difference from each seed shows a coarse ruler");
    }

    #[test]
    fn a_lower_loss_is_better() {
        let of = |mean| verdict(Metric::Loss, Interval { mean, half_width: 0.5 });
        assert_eq!((of(-1.0), of(1.0)), ("so it is here", "the other way round here"));
    }

    #[test]
    fn columns_are_equally_wide() {
        let rows = [["arm", "b"], ["−10", "long cell"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "| arm | b         |\n| --- | --------- |\n| −10 | long cell |\n");
    }
}
