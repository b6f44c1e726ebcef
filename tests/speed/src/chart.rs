//! A [`Figure`] as SVG. Both axes are logarithmic: a power law is a straight line, and its slope is the power.

use std::fmt::Write;

use crate::growth::{Figure, Series};

/// Size of the drawing, and of the margins that hold labels: left, top, right, bottom.
const SIZE: (f64, f64) = (560.0, 360.0);
const MARGIN: (f64, f64, f64, f64) = (76.0, 36.0, 20.0, 52.0);

/// One colour for each series; distinguishable by people who do not see red and green apart.
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/// The drawing: title, axes, a line for each series, and a legend with the power of each.
pub fn svg(figure: &Figure) -> String {
    let axes = Axes::around(&figure.series);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\" \
         aria-label=\"{}\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
        SIZE.0,
        SIZE.1,
        escaped(&figure.title)
    );
    text(&mut svg, (SIZE.0 / 2.0, 20.0), "middle", &figure.title);
    axes.draw(&mut svg, &figure.sizes, &figure.costs);
    for (index, series) in figure.series.iter().enumerate() {
        axes.draw_series(&mut svg, series, index);
    }
    svg.push_str("</svg>\n");
    svg
}

/// What both axes span.
struct Axes {
    sizes: (f64, f64),
    costs: (f64, f64),
}

impl Axes {
    fn around(series: &[Series]) -> Self {
        let points = || series.iter().flat_map(|series| series.points.iter().copied());
        let span = |values: &mut dyn Iterator<Item = f64>| {
            let (low, high) =
                values.fold((f64::INFINITY, 0f64), |(low, high), value| (low.min(value), high.max(value)));
            (low / 1.2, high * 1.2)
        };
        Self { sizes: span(&mut points().map(|point| point.0)), costs: span(&mut points().map(|point| point.1)) }
    }

    fn x(&self, size: f64) -> f64 {
        MARGIN.0 + (SIZE.0 - MARGIN.0 - MARGIN.2) * share(size, self.sizes)
    }

    fn y(&self, cost: f64) -> f64 {
        SIZE.1 - MARGIN.3 - (SIZE.1 - MARGIN.1 - MARGIN.3) * share(cost, self.costs)
    }

    fn draw(&self, svg: &mut String, sizes: &str, costs: &str) {
        let (left, top, right, bottom) = (MARGIN.0, MARGIN.1, SIZE.0 - MARGIN.2, SIZE.1 - MARGIN.3);
        for size in round_numbers(self.sizes) {
            let x = self.x(size);
            line(svg, (x, top), (x, bottom));
            text(svg, (x, bottom + 18.0), "middle", &short(size));
        }
        for cost in round_numbers(self.costs) {
            let y = self.y(cost);
            line(svg, (left, y), (right, y));
            text(svg, (left - 8.0, y + 4.0), "end", &short(cost));
        }
        text(svg, (f64::midpoint(left, right), SIZE.1 - 10.0), "middle", sizes);
        let middle = f64::midpoint(top, bottom);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            svg,
            "<text x=\"16\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 16 {middle})\">{}</text>",
            escaped(costs)
        );
    }

    fn draw_series(&self, svg: &mut String, series: &Series, index: usize) {
        let colour = COLOURS[index % COLOURS.len()];
        let places = series.points.iter().map(|&(size, cost)| (self.x(size), self.y(cost)));
        let path: Vec<String> = places.clone().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        for (x, y) in places {
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
        }
        let y = MARGIN.1 + 16.0 + 18.0 * index as f64;
        let _ = writeln!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"{colour}\"/>", MARGIN.0 + 14.0, y - 4.0);
        text(svg, (MARGIN.0 + 24.0, y), "start", &format!("{}: power {:.2}", series.name, series.power()));
    }
}

/// How far along an axis a number lies, from 0 to 1.
fn share(value: f64, (low, high): (f64, f64)) -> f64 {
    (value / low).ln() / (high / low).ln()
}

/// 1, 2 and 5 times powers of ten within a span.
fn round_numbers((low, high): (f64, f64)) -> Vec<f64> {
    let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let candidates = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    candidates.filter(|number| (low..=high).contains(number)).collect()
}

/// 0.05, 20, 3k, 5M.
fn short(number: f64) -> String {
    let (scaled, unit) = match number {
        number if number >= 1e6 => (number / 1e6, "M"),
        number if number >= 1e3 => (number / 1e3, "k"),
        number => (number, ""),
    };
    // Rounded, because 5 · 10⁻³ is 0.005000000000000001 in binary.
    format!("{}{unit}", (scaled * 1e6).round() / 1e6)
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#ddd\"/>");
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure {
        let series = |name: &str, power: f64| Series {
            name: name.to_owned(),
            points: [10.0f64, 100.0, 1000.0].map(|size| (size, size.powf(power))).to_vec(),
        };
        Figure {
            name: "test".to_owned(),
            title: "a < b".to_owned(),
            sizes: "things".to_owned(),
            costs: "seconds".to_owned(),
            series: vec![series("slow", 2.0), series("fast", 1.0)],
        }
    }

    /// On logarithmic axes a power law is a straight line: the middle point lies in the middle.
    #[test]
    fn a_power_law_is_a_straight_line() {
        let figure = figure();
        let axes = Axes::around(&figure.series);
        let [first, middle, last] = [10.0, 100.0, 1000.0].map(|size: f64| (axes.x(size), axes.y(size.powi(2))));
        assert!((f64::midpoint(first.0, last.0) - middle.0).abs() < 1e-9);
        assert!((f64::midpoint(first.1, last.1) - middle.1).abs() < 1e-9);
    }

    /// Everything is drawn, with the power that was found, and nothing breaks the markup.
    #[test]
    fn a_drawing_names_every_series_and_its_power() {
        let svg = svg(&figure());
        assert!(svg.contains("slow: power 2.00") && svg.contains("fast: power 1.00"), "{svg}");
        assert_eq!(
            (svg.matches("<polyline").count(), svg.matches("<circle").count()),
            (2, 8),
            "lines, and points with legend"
        );
        assert!(svg.contains("a &lt; b") && !svg.contains("a < b"), "signs of the markup must be escaped");
    }

    /// Numbers on the axes are short and round.
    #[test]
    fn axes_have_round_numbers() {
        assert_eq!(round_numbers((0.9, 30.0)), [1.0, 2.0, 5.0, 10.0, 20.0]);
        assert_eq!([0.005, 20.0, 5e3, 2e6].map(short), ["0.005", "20", "5k", "2M"]);
    }
}
