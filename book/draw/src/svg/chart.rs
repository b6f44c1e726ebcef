//! Curves between two axes.

use paligemma::report::round_numbers;

use super::{Drawing, WIDTH};

/// Height of a chart, and its margins: left, top, right, bottom.
const HEIGHT: f64 = 310.0;
const MARGIN: (f64, f64, f64, f64) = (62.0, 14.0, 18.0, 56.0);
/// A legend takes a line per curve below the axes.
const LEGEND_LINE: f64 = 20.0;
/// About so many numbers along an axis.
const TICKS: f64 = 5.0;

/// What an axis spans and what it is called.
#[derive(Debug, Clone)]
pub struct Axis {
    label: &'static str,
    low: f64,
    high: f64,
    is_logarithmic: bool,
}

impl Axis {
    /// Equal distances for equal differences.
    pub fn linear(label: &'static str, (low, high): (f64, f64)) -> Self {
        Self { label, low, high, is_logarithmic: false }
    }

    /// Equal distances for equal quotients; both ends above zero.
    pub fn logarithmic(label: &'static str, (low, high): (f64, f64)) -> Self {
        Self { label, low, high, is_logarithmic: true }
    }

    /// How far along the axis a number lies, from 0 to 1; what lies outside is moved to the end.
    fn share(&self, value: f64) -> f64 {
        let share = if self.is_logarithmic {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    fn ticks(&self) -> Vec<f64> {
        if self.is_logarithmic {
            let ticks = round_numbers(self.low, self.high);
            let stride = ticks.len().div_ceil(2 * TICKS as usize).max(1);
            return ticks.into_iter().step_by(stride).collect();
        }
        let rough = (self.high - self.low) / TICKS;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * power);
        let (first, last) = ((self.low / step).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(|tick| tick as f64 * step).collect()
    }
}

/// One curve.
#[derive(Debug, Clone)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// A curve from a name and points.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { name: name.into(), points: points.into_iter().collect() }
    }
}

/// Curves with their axes.
#[derive(Debug, Clone)]
pub struct Chart {
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// At most four.
    pub series: Vec<Series>,
}

impl Chart {
    /// The file.
    pub fn drawn(&self) -> String {
        let mut drawing = Drawing::new(HEIGHT + LEGEND_LINE * self.series.len() as f64);
        let (left, top, right, bottom) = (MARGIN.0, MARGIN.1, WIDTH - MARGIN.2, HEIGHT - MARGIN.3);
        let place_x = |value: f64| left + (right - left) * self.x.share(value);
        let place_y = |value: f64| bottom - (bottom - top) * self.y.share(value);
        for tick in self.y.ticks() {
            let y = place_y(tick);
            drawing.line((left, y), (right, y), "grid");
            drawing.text((left - 6.0, y + 4.0), "end", "quiet small", &short(tick));
        }
        for tick in self.x.ticks() {
            let x = place_x(tick);
            drawing.line((x, bottom), (x, bottom + 4.0), "grid");
            drawing.text((x, bottom + 18.0), "middle", "quiet small", &short(tick));
        }
        drawing.text((f64::midpoint(left, right), bottom + 38.0), "middle", "quiet", self.x.label);
        let middle = f64::midpoint(top, bottom);
        drawing.add(&format!("<g transform=\"rotate(-90 14 {middle})\">"));
        drawing.text((14.0, middle), "middle", "quiet", self.y.label);
        drawing.add("</g>");
        for (index, series) in self.series.iter().enumerate() {
            let points: Vec<_> = series.points.iter().map(|&(x, y)| (place_x(x), place_y(y))).collect();
            drawing.curve(&points, &format!("s{}", index % 4));
            let y = HEIGHT + LEGEND_LINE * index as f64 + 2.0;
            drawing.line((left, y), (left + 24.0, y), &format!("s{}", index % 4));
            drawing.text((left + 32.0, y + 5.0), "start", "", &series.name);
        }
        drawing.finished()
    }
}

/// 0.05, 20, 3k, 5M; powers of ten below a thousandth as `1e-6`.
fn short(number: f64) -> String {
    let size = number.abs();
    match size {
        _ if size >= 1e6 => format!("{}M", number / 1e6),
        _ if size >= 1e4 => format!("{}k", number / 1e3),
        _ if size > 0.0 && size < 1e-3 => format!("{number:.0e}"),
        // Rounded, because 3 · 0.1 is 0.30000000000000004 in binary; and no minus in front of a zero.
        _ => format!("{}", (number * 1e4).round() / 1e4 + 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_round_numbers() {
        assert_eq!(Axis::linear("", (0.0, 1.0)).ticks().len(), 6);
        assert_eq!(Axis::linear("", (-6.0, 6.0)).ticks(), [-5.0, 0.0, 5.0]);
        assert_eq!([0.2, 20_000.0, 2e6, 1e-6, -0.0].map(short), ["0.2", "20k", "2M", "1e-6", "0"]);
    }

    #[test]
    fn a_power_of_ten_lies_in_the_middle_of_a_logarithmic_axis() {
        assert!((Axis::logarithmic("", (1.0, 100.0)).share(10.0) - 0.5).abs() < 1e-12);
    }
}
