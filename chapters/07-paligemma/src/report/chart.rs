//! Loss curves as inline SVG: a logarithmic axis, because the interesting part of a loss is its end.

use std::fmt::Write;

use siglip_training::StepRecord;

use super::html::escaped;
use crate::smooth_loss::SmoothLoss;

/// The loss of one phase over its steps.
#[derive(Debug)]
pub struct Curve {
    /// Name of the phase.
    pub name: String,
    /// Its log.
    pub records: Vec<StepRecord>,
}

/// A curve needs no more points than it has pixels.
const MOST_POINTS: usize = 300;
/// Size of the drawing and of the margins that hold the labels: left, top, right, bottom.
const SIZE: (f64, f64) = (480.0, 260.0);
const MARGIN: (f64, f64, f64, f64) = (56.0, 14.0, 16.0, 44.0);

/// A figure with the curve and its axes.
pub fn figure(curve: &Curve) -> String {
    let points = thinned(&smoothed(&curve.records));
    let name = escaped(&curve.name);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return format!("<figure><figcaption>{name}: no steps</figcaption></figure>\n");
    };
    let axes = Axes::around(&points);
    format!(
        "<figure>\n<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Loss of the {name} phase: from {:.3} at the \
         beginning to {:.3} at step {}\">\n{}<path class=\"curve\" d=\"{}\"/>\n</svg>\n\
         <figcaption>{name}: smoothed loss, {:.3} at the end</figcaption>\n</figure>\n",
        SIZE.0,
        SIZE.1,
        first.1,
        last.1,
        last.0,
        axes.drawn(),
        axes.path(&points),
        last.1,
    )
}

/// Losses of several runs, by name and step, in one drawing.
#[derive(Debug)]
pub struct Curves(pub Vec<(String, Vec<f32>)>);

/// Colours that the colour-blind can tell apart (Okabe and Ito's).
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/// What a drawing needs that stands in no page.
const STYLE: &str = "text { font: 12px sans-serif; fill: #444 } .grid { stroke: #ddd }";

impl Curves {
    /// A drawing that stands alone: all curves on the same axes, each named in its colour.
    pub fn svg(&self) -> String {
        let curves: Vec<_> = self.0.iter().map(|(name, losses)| (name, thinned(&smoothed_losses(losses)))).collect();
        let axes = Axes::around(&curves.iter().flat_map(|(_, points)| points).copied().collect::<Vec<_>>());
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n<style>{STYLE}</style>\n\
             <rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n{2}",
            SIZE.0,
            SIZE.1,
            axes.drawn()
        );
        for (index, (name, points)) in curves.iter().enumerate() {
            let (colour, path) = (COLOURS[index % COLOURS.len()], axes.path(points));
            let (x, y) = (SIZE.0 - MARGIN.2, MARGIN.1 + 16.0 * (index as f64 + 1.0));
            // Writing to a string cannot fail.
            let _ = writeln!(
                svg,
                "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" d=\"{path}\"/>\n\
                 <text x=\"{x}\" y=\"{y}\" text-anchor=\"end\" style=\"fill: {colour}\">{}</text>",
                escaped(name)
            );
        }
        svg + "</svg>\n"
    }
}

fn smoothed_losses(losses: &[f32]) -> Vec<(f64, f64)> {
    let mut smooth = SmoothLoss::default();
    losses.iter().enumerate().map(|(step, loss)| ((step + 1) as f64, smooth.observe(*loss))).collect()
}

/// The loss as it is shown, by step.
fn smoothed(records: &[StepRecord]) -> Vec<(f64, f64)> {
    smoothed_losses(&records.iter().map(|record| record.loss).collect::<Vec<_>>())
}

fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let stride = points.len().div_ceil(MOST_POINTS).max(1);
    let last = points.last().copied();
    let mut thinned: Vec<_> = points.iter().copied().step_by(stride).collect();
    thinned.extend(last.filter(|last| thinned.last() != Some(last)));
    thinned
}

/// What the two axes span.
struct Axes {
    steps: f64,
    lowest: f64,
    highest: f64,
}

impl Axes {
    /// A little room above and below the curve; a loss of zero has no logarithm.
    fn around(points: &[(f64, f64)]) -> Self {
        let losses = || points.iter().map(|(_, loss)| loss.max(1e-6));
        let lowest = losses().fold(f64::INFINITY, f64::min);
        let highest = losses().fold(lowest, f64::max);
        let steps = points.iter().map(|(step, _)| *step).fold(1.0, f64::max);
        Self { steps, lowest: lowest / 1.15, highest: highest * 1.15 }
    }

    fn x(&self, step: f64) -> f64 {
        MARGIN.0 + (SIZE.0 - MARGIN.0 - MARGIN.2) * step / self.steps
    }

    fn y(&self, loss: f64) -> f64 {
        let fraction = (loss.max(1e-6) / self.lowest).ln() / (self.highest / self.lowest).ln();
        SIZE.1 - MARGIN.3 - (SIZE.1 - MARGIN.1 - MARGIN.3) * fraction
    }

    fn path(&self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for (index, (step, loss)) in points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            // Writing to a string cannot fail, here and below.
            let _ = write!(path, "{letter}{:.1} {:.1}", self.x(*step), self.y(*loss));
        }
        if points.len() == 1 {
            path.push_str("h-8"); // a path of one point would not be seen
        }
        path
    }

    /// Grid lines, their labels, and what the axes are.
    fn drawn(&self) -> String {
        let mut svg = String::new();
        let (left, right, bottom) = (MARGIN.0, SIZE.0 - MARGIN.2, SIZE.1 - MARGIN.3);
        for loss in round_numbers(self.lowest, self.highest) {
            let y = self.y(loss);
            let _ = writeln!(svg, "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
            let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{loss}</text>", left - 8.0, y + 4.0);
        }
        let mut steps: Vec<f64> = (0..=4).map(|quarter| (self.steps * f64::from(quarter) / 4.0).round()).collect();
        steps.dedup(); // of fewer than four steps
        for step in steps {
            let anchor = if step == self.steps { "end" } else { "middle" };
            let (x, y) = (self.x(step), bottom + 18.0);
            let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{step}</text>");
        }
        let middle = f64::midpoint(left, right);
        let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">step</text>", SIZE.1 - 6.0);
        let middle = f64::midpoint(MARGIN.1, bottom);
        let turn = format!("rotate(-90 14 {middle})");
        let _ = writeln!(svg, "<text x=\"14\" y=\"{middle}\" text-anchor=\"middle\" transform=\"{turn}\">loss</text>");
        svg
    }
}

/// 1, 2 and 5 times powers of ten between two numbers, thinned where the range is wide; where it is narrow, its ends.
pub fn round_numbers(lowest: f64, highest: f64) -> Vec<f64> {
    // ANCHOR: round_numbers
    let digits: &[f64] = if highest / lowest > 1000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let powers = lowest.log10().floor() as i32..=highest.log10().ceil() as i32;
    let candidates = powers.flat_map(|power| {
        digits.iter().map(move |digit| if power < 0 { digit / 10f64.powi(-power) } else { digit * 10f64.powi(power) })
    });
    let round: Vec<f64> = candidates.filter(|number| (lowest..=highest).contains(number)).collect();
    let two_decimals = |number: f64| {
        let scale = 10f64.powi((1 - number.log10().floor() as i32).max(2)); // more of them below 0.1
        (number * scale).round() / scale
    };
    let mut ends = vec![two_decimals(lowest * 1.05), two_decimals(highest / 1.05)];
    ends.dedup();
    if round.len() >= 2 { round } else { ends }
    // ANCHOR_END: round_numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a drawing.
    fn words(svg: &str) -> Vec<&str> {
        svg.lines().filter_map(|line| line.strip_suffix("</text>")?.rsplit_once('>').map(|(_, words)| words)).collect()
    }

    #[test]
    fn a_short_run_has_each_label_once_and_a_curve() {
        for losses in [vec![0.7], vec![0.7, 0.7], vec![0.004; 3]] {
            let steps = losses.len();
            let svg = Curves(vec![("one".to_owned(), losses)]).svg();
            let labels = words(&svg);
            let numbers: Vec<&&str> = labels.iter().filter(|label| label.parse::<f64>().is_ok()).collect();
            let mut distinct = numbers.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), numbers.len(), "{steps} steps: {numbers:?}");
            assert!(numbers.contains(&&steps.to_string().as_str()), "the last step: {numbers:?}");
            assert!(svg.contains('L') || svg.contains("h-8"), "a line can be seen: {svg}");
        }
    }
}
