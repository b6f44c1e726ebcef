//! Horizontal bars, each with the baseline below it where there is one.

use super::{Drawing, WIDTH};

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length, from 0 to 1.
    pub share: f64,
    /// What is written beside it.
    pub value: String,
    /// The same for the baseline.
    pub baseline: Option<(f64, String)>,
}

const TOP: f64 = 12.0;
const BAR: f64 = 14.0;
const ROW: f64 = 58.0;
/// Room for the number at the end of a bar.
const NUMBERS: f64 = 76.0;
const LEFT: f64 = 14.0;

/// All bars; `names` say what the two colours mean.
pub fn bars(bars: &[Bar], names: [&str; 2]) -> String {
    let has_baseline = bars.iter().any(|bar| bar.baseline.is_some());
    let row = if has_baseline { ROW } else { ROW - BAR };
    let legend = if has_baseline { 26.0 } else { 0.0 };
    let mut drawing = Drawing::new(TOP + row * bars.len() as f64 + legend);
    let full = WIDTH - LEFT - NUMBERS;
    for (index, bar) in bars.iter().enumerate() {
        let y = TOP + row * index as f64;
        drawing.text((LEFT, y + 12.0), "start", "", &bar.label);
        let mut draw = |y: f64, share: f64, value: &str, class: &str| {
            drawing.rectangle([LEFT, y, (full * share).max(1.0), BAR - 2.0], class, 1.0);
            drawing.text((LEFT + full * share + 6.0, y + 11.0), "start", "small", value);
        };
        draw(y + 18.0, bar.share, &bar.value, "f0");
        if let Some((share, value)) = &bar.baseline {
            draw(y + 18.0 + BAR, *share, value, "f1");
        }
    }
    if has_baseline {
        let y = TOP + row * bars.len() as f64 + 2.0;
        for (index, name) in names.iter().enumerate() {
            let x = LEFT + 90.0 * index as f64;
            drawing.rectangle([x, y, 12.0, 12.0], &format!("f{index}"), 1.0);
            drawing.text((x + 18.0, y + 11.0), "start", "quiet", name);
        }
    }
    drawing.finished()
}
