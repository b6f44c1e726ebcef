//! How far it is: a bar in a terminal, a line now and then elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use siglip_training::StepRecord;

use crate::interrupt;
use crate::smooth_loss::SmoothLoss;
use crate::terminal::note;

/// Outside a terminal, a line is written each time another tenth is done.
const LINES: u64 = 10;

/// Shows how far some work is.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    name: String,
    total: u64,
    tenths_told: u64,
}

impl Progress {
    /// A display for `total` units of work, of which `done` are behind us.
    pub fn new(name: &str, total: u64, done: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = "{prefix:>12} {bar:32} {pos}/{len} {msg} {eta} left";
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(total).with_style(style).with_prefix(name.to_owned()).with_position(done);
            bar.reset_eta();
            bar
        });
        Self { bar, name: name.to_owned(), total, tenths_told: done * LINES / total.max(1) }
    }

    /// `done` units are behind us; `message` says how it goes.
    pub fn set(&mut self, done: u64, message: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(message.to_owned());
            bar.set_position(done);
            return;
        }
        let tenths = done * LINES / self.total.max(1);
        if tenths > self.tenths_told {
            self.tenths_told = tenths;
            note!("{}: {done}/{} {message}", self.name, self.total);
        }
    }

    /// The work is over, or given up.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }
}

/// Counts answered questions; between two of them, Ctrl-C ends the program: an examination has nothing to save.
pub fn counter(name: &str, total: usize) -> impl FnMut(usize) {
    let mut progress = Progress::new(name, total as u64, 0);
    move |done| {
        progress.set(done as u64, "");
        if done >= total {
            progress.finish();
        }
        interrupt::exit_if_requested();
    }
}

/// Sums up training so far for the display: smoothed loss, pictures per second.
#[derive(Debug, Default)]
pub struct TrainingSummary {
    loss: SmoothLoss,
    pictures: usize,
    seconds: f64,
}

impl TrainingSummary {
    /// Takes note of a step over `pictures` pictures and says how it goes.
    pub fn observe(&mut self, record: &StepRecord, pictures: usize) -> String {
        let smooth = self.loss.observe(record.loss);
        self.pictures += pictures;
        self.seconds += record.seconds;
        let per_second = self.pictures as f64 / self.seconds;
        format!("loss {smooth:.3}  {per_second:.0} images/s ")
    }
}
