//! One line per finished run. What is there is not trained again; what was made with other settings is not mixed in.

use std::io::Write;
use std::path::{Path, PathBuf};

use foundations::checkpoint::write_atomically;
use serde::{Deserialize, Serialize};

use crate::error::{Result, VlmError};
use crate::metrics::Metrics;

/// What all runs of an ablation have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The ablation.
    pub ablation: String,
    /// Size of the model.
    pub preset: String,
    /// Where weights of phase one come from, if any.
    pub init: String,
    /// Steps of each run.
    pub steps: u64,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// What it has in common with the others.
    #[serde(flatten)]
    pub settings: Settings,
    /// Which arm.
    pub arm: String,
    /// Which seed.
    pub seed: u64,
    /// What was measured.
    pub metrics: Metrics,
    /// The training loss of each step.
    pub losses: Vec<f32>,
}

/// The file with the finished runs.
pub const RESULTS: &str = "results.jsonl";

/// `results.jsonl` of a folder.
#[derive(Debug)]
pub struct Results {
    path: PathBuf,
    settings: Settings,
    runs: Vec<Finished>,
}

impl Results {
    /// The finished runs in `folder`; none if there are none yet.
    ///
    /// # Errors
    /// When a line cannot be understood, or was made with other settings.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self> {
        let path = folder.join(RESULTS);
        let mut runs: Vec<Finished> = Vec::new();
        if path.exists() {
            let unreadable = |source| VlmError::Unreadable { path: path.clone(), source };
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            for (index, line) in text.lines().enumerate() {
                let broken = |source| VlmError::ResultLine { path: path.clone(), line: index + 1, source };
                runs.push(serde_json::from_str(line).map_err(broken)?);
            }
        }
        if let Some(other) = runs.iter().find(|run| run.settings != settings) {
            let Settings { ablation, preset, init, steps } = &other.settings;
            return Err(VlmError::Occupied {
                path,
                state: format!("ablation {ablation}, size {preset}, {steps} steps, weights of phase one: {init}"),
                remedy: "results of different settings are not comparable: use those, choose another --out, or delete \
                         the file"
                    .to_owned(),
            });
        }
        Ok(Self { path, settings, runs })
    }

    /// The run of an arm and a seed, if it is finished.
    pub fn of(&self, arm: &str, seed: u64) -> Option<&Finished> {
        self.runs.iter().find(|run| run.arm == arm && run.seed == seed)
    }

    /// Adds a run and writes the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, arm: &str, seed: u64, metrics: Metrics, losses: Vec<f32>) -> Result<()> {
        self.runs.push(Finished { settings: self.settings.clone(), arm: arm.to_owned(), seed, metrics, losses });
        self.write()
    }

    /// Writes the file: called once before the first run, so that a folder that cannot be written to is found out now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self) -> Result<()> {
        write_atomically(&self.path, |file| {
            for run in &self.runs {
                serde_json::to_writer(&mut *file, run)?;
                file.write_all(b"\n")?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// What all runs have in common.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A metric of an arm, seed by seed from 1 to `seeds`, as far as its runs are finished.
    pub fn values(&self, arm: &str, metric: &str, seeds: u64) -> Vec<f64> {
        (1..=seeds).filter_map(|seed| self.of(arm, seed)?.metrics.get(metric).copied()).collect()
    }

    /// The training loss of an arm, step by step, as the mean over seeds.
    pub fn mean_losses(&self, arm: &str, seeds: u64) -> Vec<f32> {
        let curves: Vec<&[f32]> =
            (1..=seeds).filter_map(|seed| self.of(arm, seed)).map(|run| run.losses.as_slice()).collect();
        let steps = curves.iter().map(|curve| curve.len()).min().unwrap_or(0);
        (0..steps).map(|step| curves.iter().map(|curve| curve[step]).sum::<f32>() / curves.len() as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(steps: u64) -> Settings {
        Settings { ablation: "bias".into(), preset: "pico".into(), init: "none".into(), steps }
    }

    fn metrics(top1: f64) -> Metrics {
        Metrics::from([("top1".to_owned(), top1)])
    }

    #[test]
    fn finished_runs_are_found_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut results = Results::open(folder.path(), settings(3)).expect("an empty folder");
        results.add("zero", 2, metrics(0.5), vec![3.0, 1.0]).expect("written");
        results.add("zero", 1, metrics(0.25), vec![5.0, 2.0]).expect("written");
        let again = Results::open(folder.path(), settings(3)).expect("the same settings");
        assert!(again.of("zero", 1).is_some() && again.of("zero", 3).is_none() && again.of("prior", 1).is_none());
        assert_eq!(again.values("zero", "top1", 2), [0.25, 0.5], "in the order of the seeds");
        assert_eq!(again.values("zero", "top1", 1), [0.25], "no seeds that were not asked for");
        assert_eq!(again.mean_losses("zero", 2), [4.0, 1.5]);
    }

    #[test]
    fn other_settings_are_refused_and_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut results = Results::open(folder.path(), settings(3)).expect("an empty folder");
        results.add("zero", 1, metrics(0.5), vec![3.0]).expect("written");
        let error = Results::open(folder.path(), settings(4)).expect_err("other steps").to_string();
        assert!(error.contains("3 steps") && error.contains("results.jsonl") && error.contains("--out"), "{error}");
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("results.jsonl"), "nonsense\n").expect("written");
        let error = Results::open(folder.path(), settings(3)).expect_err("damaged").to_string();
        assert!(error.contains("results.jsonl") && error.contains("line 1"), "{error}");
    }
}
