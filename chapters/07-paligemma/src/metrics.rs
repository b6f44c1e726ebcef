//! Numbers by name, and the table that shows them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Write as _;
use std::path::Path;

use foundations::checkpoint::write_atomically;
use siglip_training::StepRecord;

use crate::error::{Result, VlmError};

/// One flat object: fractions between 0 and 1, seconds, counts.
pub type Metrics = BTreeMap<String, f64>;

/// What a number is compared with, by the end of its name: the baseline's name has this end instead.
const BASELINES: [(&str, &str, &str); 9] = [
    (".all_top1", ".all_pixel_top1", "nearest picture, pixel by pixel"),
    (".all_top5", ".all_pixel_top5", "nearest picture, pixel by pixel"),
    (".top1", ".pixel_top1", "nearest picture, pixel by pixel"),
    (".top5", ".pixel_top5", "nearest picture, pixel by pixel"),
    (".exact", ".exact_blind", "guessing without looking"),
    (".caption_set", ".caption_set_blind", "guessing without looking"),
    (".count", ".count_blind", "guessing without looking"),
    (".presence", ".presence_blind", "guessing without looking"),
    (".relation", ".relation_blind", "guessing without looking"),
];

/// In front of the results of phase two from a random encoder.
pub const RANDOM_ENCODER: &str = "random_encoder.";

/// What the end of a name means; the first that fits counts.
const MEANINGS: [(&str, &str); 15] = [
    ("folder.exact", "the pictures that it learned from, captioned to the letter"),
    ("all_classes", "different captions, all emojis"),
    ("classes", "different captions, nouns"),
    ("all_top1", "right caption found among all"),
    ("all_top5", "right caption among the best five of all"),
    ("top1", "right noun found"),
    ("top5", "right noun among the best five"),
    ("exact", "one picture captioned to the letter"),
    ("caption_set", "scene captioned with the right things"),
    ("count", "objects counted"),
    ("presence", "“is there a …?”"),
    ("relation", "“what is left of the …?”"),
    ("box_acc50", "boxes that overlap the truth by half"),
    ("box_mean_iou", "overlap of boxes with the truth"),
    ("accuracy", "easy-VQA, official test"),
];

/// easy-VQA's score, and what stands among the metrics when it is a specialist's.
const EASY_VQA: (&str, &str) = ("easy_vqa.test.accuracy", "seconds.evaluation.easy-vqa");

/// What a metric measures, in words; without any, its name.
pub fn meaning(name: &str) -> &str {
    let ends_so = |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    MEANINGS.iter().find(|(end, _)| ends_so(end)).map_or(name, |(_, words)| words)
}

/// One line of a table of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The metric.
    pub name: String,
    /// What it measures.
    pub words: String,
    /// The result.
    pub value: f64,
    /// The simple baseline's result, and what the baseline is.
    pub baseline: Option<(f64, &'static str)>,
}

/// The results that stand beside a baseline, or could, in the order of their names. Baselines have no row of their own.
pub fn rows(metrics: &Metrics) -> Vec<Row> {
    let is_result = |name: &str| {
        let name = name.strip_prefix(RANDOM_ENCODER).unwrap_or(name);
        let is_baseline = name.contains("pixel_") || name.ends_with("blind");
        !is_baseline && !name.starts_with("seconds.") && !name.starts_with("images_per_second.")
    };
    let results = metrics.iter().filter(|(name, _)| is_result(name));
    let row = |(name, value): (&String, &f64)| Row {
        name: name.clone(),
        words: words(metrics, name),
        value: *value,
        baseline: baseline(metrics, name),
    };
    results.map(row).collect()
}

/// What a metric measures among these. A model that was not trained for easy-VQA answers a sample of its questions.
fn words(metrics: &Metrics, name: &str) -> String {
    let (own_name, from) = match name.strip_prefix(RANDOM_ENCODER) {
        Some(own_name) => (own_name, "from a random encoder: "),
        None => (name, ""),
    };
    let learned = own_name != EASY_VQA.0 || metrics.contains_key(EASY_VQA.1);
    format!("{from}{}", if learned { meaning(own_name) } else { "easy-VQA, which it was not trained for (a sample)" })
}

fn baseline(metrics: &Metrics, name: &str) -> Option<(f64, &'static str)> {
    if name == EASY_VQA.0 {
        return Some((*metrics.get("easy_vqa.test.blind")?, "guessing without looking"));
    }
    let (end, other, what) = BASELINES.iter().find(|(end, ..)| name.ends_with(end))?;
    let value = metrics.get(&format!("{}{other}", name.strip_suffix(end)?))?;
    Some((*value, what))
}

/// A number as people read it: fractions in per cent, counts as they are.
pub fn readable(name: &str, value: f64) -> String {
    let is_number = name.ends_with("classes");
    if is_number { format!("{value:.0}") } else { format!("{:.1} %", 100.0 * value) }
}

/// The results as an aligned table, baselines beside them.
pub fn table(metrics: &Metrics) -> String {
    let rows = rows(metrics);
    let width = rows.iter().map(|row| row.words.chars().count()).max().unwrap_or(0);
    let mut table = format!("{:width$}  {:>8}  {:>8}\n", "", "model", "baseline");
    for Row { name, words, value, baseline } in &rows {
        let value = readable(name, *value);
        let (number, what) = baseline.map_or((String::new(), ""), |(number, what)| (readable(name, number), what));
        let line = format!("{words:width$}  {value:>8}  {number:>8}  {what}");
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}", line.trim_end());
    }
    table
}

/// `seconds.<phase>` and `images_per_second.<phase>` of a run.
pub fn pace(phase: &str, records: &[StepRecord], batch_size: usize) -> Metrics {
    let seconds: f64 = records.iter().map(|record| record.seconds).sum();
    let pictures = (records.len() * batch_size) as f64;
    Metrics::from([
        (format!("seconds.{phase}"), seconds),
        (format!("images_per_second.{phase}"), if seconds > 0.0 { pictures / seconds } else { 0.0 }),
    ])
}

/// Writes the numbers as JSON.
///
/// # Errors
/// When the file is not an ordinary one, or cannot be written.
pub fn write(path: &Path, metrics: &Metrics) -> Result<()> {
    check_output_file(path)?;
    let text =
        serde_json::to_string_pretty(metrics).map_err(|source| VlmError::Json { path: path.to_owned(), source })?;
    write_atomically(path, |file| file.write_all((text + "\n").as_bytes()))?;
    Ok(())
}

/// What commands read, and none replaces.
const INPUTS: [&str; 7] = [
    "config.json",
    "tokenizer.json",
    "preprocessor_config.json",
    "processor_config.json",
    "model.safetensors.index.json",
    "log.jsonl",
    "captions.tsv",
];

/// Output files are written beside their place and renamed into it, which must not replace a folder or a device.
///
/// # Errors
/// When there is something at `path` that is not an ordinary file, or a file that commands read: a model's, or a table of
/// captions.
pub fn check_output_file(path: &Path) -> Result<()> {
    if path.exists() && !path.is_file() {
        let reason = "is not an ordinary file; name a file to write to".to_owned();
        return Err(VlmError::OutputFile { path: path.to_owned(), reason });
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_read =
        INPUTS.contains(&&*name) || name.ends_with(".safetensors") && path.with_file_name("config.json").exists();
    if path.exists() && is_read {
        let reason = "belongs to a model or to pictures, and would be lost; name another file".to_owned();
        return Err(VlmError::OutputFile { path: path.to_owned(), reason });
    }
    Ok(())
}
