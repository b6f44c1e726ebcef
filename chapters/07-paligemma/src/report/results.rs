//! Tables of the report: what was measured, both encoders side by side, how fast it was.

use std::fmt::Write;

use super::html::escaped;
use crate::metrics::{Metrics, RANDOM_ENCODER, Row, meaning, readable, rows};

/// All results with their baselines.
pub fn table(metrics: &Metrics) -> String {
    let mut lines = String::new();
    for Row { name, words, value, baseline } in rows(metrics) {
        if name.starts_with(RANDOM_ENCODER) {
            continue;
        }
        let (number, what) = baseline.map_or((String::new(), ""), |(number, what)| (readable(&name, number), what));
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            lines,
            "<tr><td>{} <code>{name}</code></td><td class=\"number\">{}</td><td class=\"number\">{number}</td><td>{what}</td></tr>",
            escaped(&words),
            readable(&name, value)
        );
    }
    framed(["", "model", "baseline", "the baseline is"], &lines)
}

/// The same generative budget from a pre-trained and from a random encoder; nothing where that was not measured.
pub fn comparison(metrics: &Metrics) -> String {
    let mut lines = String::new();
    for Row { name, value, .. } in rows(metrics) {
        let Some(pretrained) = name.strip_prefix(RANDOM_ENCODER).and_then(|other| Some((other, metrics.get(other)?)))
        else {
            continue;
        };
        let _ = writeln!(
            lines,
            "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td></td></tr>",
            escaped(meaning(pretrained.0)),
            readable(&name, *pretrained.1),
            readable(&name, value)
        );
    }
    if lines.is_empty() {
        return lines;
    }
    let table = framed(["", "pre-trained encoder", "random encoder", ""], &lines);
    format!(
        "<h3>What the contrastive phase is good for</h3>\n<p>Phase two, equally long, from the encoder of phase one and \
         from a random one.</p>\n{table}\n<h3>All results</h3>\n"
    )
}

/// Seconds and pictures per second of each phase.
pub fn pace(metrics: &Metrics) -> String {
    let mut lines = String::new();
    for (name, seconds) in metrics {
        let Some(phase) = name.strip_prefix("seconds.") else { continue };
        let pictures = metrics.get(&format!("images_per_second.{phase}"));
        let pictures = pictures.map_or(String::new(), |pictures| format!("{pictures:.0}"));
        let _ = writeln!(
            lines,
            "<tr><td>{}</td><td class=\"number\">{seconds:.0}</td><td class=\"number\">{pictures}</td><td></td></tr>",
            escaped(phase)
        );
    }
    framed(["phase", "seconds", "pictures per second", ""], &lines)
}

fn framed(heads: [&str; 4], lines: &str) -> String {
    let [first, second, third, fourth] = heads;
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr><th>{first}</th><th class=\"number\">{second}</th>\
         <th class=\"number\">{third}</th><th>{fourth}</th></tr></thead>\n<tbody>\n{lines}</tbody>\n</table></div>\n"
    )
}
