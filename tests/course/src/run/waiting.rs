//! What a learner sees while tests run.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::libtest::PATIENCE;

/// How often the spinner moves.
const TICK: Duration = Duration::from_millis(100);

/// Runs tests, with a spinner and the time that has gone by; nothing is shown where there is no terminal.
pub fn while_testing<T>(tests: impl FnOnce() -> T) -> T {
    let words =
        format!("{{spinner}} testing, {{elapsed}} (Ctrl-C stops; after {} s it stops by itself)", PATIENCE.as_secs());
    let style = ProgressStyle::with_template(&words).unwrap_or_else(|_| ProgressStyle::default_spinner());
    let spinner = ProgressBar::new_spinner().with_style(style);
    spinner.enable_steady_tick(TICK);
    let results = tests();
    spinner.finish_and_clear();
    results
}
