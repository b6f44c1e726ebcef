//! Every figure, chapter by chapter.

mod answers;
mod contrastive;
mod foundations_chapter;
mod gemma;
mod pictures;
mod projection_chapter;
mod siglip;

use anyhow::Result;
use paligemma::smooth_loss::SmoothLoss;
use siglip_training::StepRecord;

use crate::bundled::Bundled;
use crate::svg::{Axis, Bar, Chart, Series};

/// A figure: its name, and the function that draws it.
#[derive(Debug)]
pub struct Figure {
    /// Its name, which begins with the number of the chapter.
    pub name: &'static str,
    /// Draws it.
    pub draw: fn(&Bundled) -> Result<String>,
    /// Whether it depends on nothing that is trained: what the tests draw again.
    pub is_formula: bool,
}

impl Figure {
    const fn formula(name: &'static str, draw: fn(&Bundled) -> Result<String>) -> Self {
        Self { name, draw, is_formula: true }
    }

    const fn trained(name: &'static str, draw: fn(&Bundled) -> Result<String>) -> Self {
        Self { name, draw, is_formula: false }
    }

    /// The name of its file.
    pub fn file(&self) -> String {
        format!("{}.svg", self.name)
    }
}

/// All figures of the book.
pub const FIGURES: &[Figure] = &[
    Figure::formula("00-finite-differences", foundations_chapter::finite_differences),
    Figure::formula("00-bowl", foundations_chapter::bowl),
    Figure::formula("00-newton-schulz", foundations_chapter::newton_schulz_rounds),
    Figure::formula("00-schedules", foundations_chapter::schedules),
    Figure::formula("01-pair-loss", contrastive::pair_loss),
    Figure::formula("01-loss-at-the-start", contrastive::loss_at_the_start),
    Figure::trained("01-similarity", contrastive::similarity),
    Figure::formula("02-patches", pictures::patches),
    Figure::trained("02-positions", pictures::positions),
    Figure::trained("02-map-attention", pictures::map_attention),
    Figure::trained("03-loss", siglip::loss),
    Figure::trained("03-captions", siglip::captions),
    Figure::trained("03-recall", siglip::recall),
    Figure::trained("04-layout", projection_chapter::prompt_layout),
    Figure::trained("04-words-in-patches", projection_chapter::words_in_patches),
    Figure::trained("04-parameters", projection_chapter::parameters),
    Figure::formula("05-masks", gemma::masks),
    Figure::formula("05-rope", gemma::rope),
    Figure::formula("05-cache", gemma::cache),
    Figure::trained("06-loss", answers::loss),
    Figure::trained("06-boxes", answers::boxes),
    Figure::formula("06-locations", answers::locations),
    Figure::trained("06-exam", answers::exam),
];

/// A curve needs no more points than it has pixels.
const MOST_POINTS: usize = 240;

/// The smoothed loss of a run over its steps.
fn loss_curve(name: &str, records: &[StepRecord]) -> Chart {
    let mut smooth = SmoothLoss::default();
    let points: Vec<(f64, f64)> =
        records.iter().map(|record| ((record.step + 1) as f64, smooth.observe(record.loss))).collect();
    let losses = || points.iter().map(|point| point.1);
    let range = (losses().fold(f64::INFINITY, f64::min) / 1.15, losses().fold(0.0, f64::max) * 1.15);
    let steps = points.last().map_or(1.0, |point| point.0);
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    Chart {
        x: Axis::linear("step", (0.0, steps)),
        y: Axis::logarithmic("loss, smoothed", range),
        series: vec![Series::new(name, points.into_iter().step_by(stride))],
    }
}

/// Results of an examination with their baselines.
fn result_bars(metrics: &paligemma::metrics::Metrics, is_wanted: impl Fn(&str) -> bool) -> Vec<Bar> {
    let rows = paligemma::metrics::rows(metrics).into_iter().filter(|row| is_wanted(&row.name));
    // 99.97 % must not look like perfection.
    let readable = |value: f64| format!("{:.*} %", if value > 0.999 { 2 } else { 1 }, 100.0 * value);
    rows.map(|row| Bar {
        label: row.words,
        share: row.value,
        value: readable(row.value),
        baseline: row.baseline.map(|(value, _)| (value, readable(value))),
    })
    .collect()
}
