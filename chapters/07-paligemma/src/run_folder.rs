//! What a run is: a folder.
//!
//! | file | what |
//! |---|---|
//! | `config.json` | what was trained, and the shape of the model |
//! | `tokenizer.json` | words to numbers |
//! | `model.safetensors` | the trained weights, in half precision where they fit |
//! | `training.safetensors` | everything that is needed to go on training |
//! | `log.jsonl` | one line per step |
//! | `command.txt` | the commands that made it, one a line: first those of the run that it started from |
//! | `metrics.json`, `report.html` | what it can do |
//!
//! Every file is written beside its place and renamed, so none is ever half there.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use autoregressive_training::VlmConfig;
use foundations::checkpoint::write_atomically;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use siglip_training::{DualEncoderConfig, StepRecord, Tokenizer};

use crate::error::{Result, VlmError};
use crate::hub::{INDEX, is_hub_folder};
use crate::limits;

/// The run of phase one inside the folder of a quickstart.
pub const CONTRASTIVE: &str = "contrastive";
/// The run of phase two inside the folder of a quickstart.
pub const GENERATIVE: &str = "generative";

/// What a run writes before its first checkpoint, beginning with what says whose folder it is.
const DESCRIPTION: [&str; 4] = ["config.json", "tokenizer.json", "command.txt", "log.jsonl"];

/// What a run writes again and again, or at its end.
const SAVED: [&str; 5] = ["training.safetensors", "model.safetensors", "log.jsonl", "metrics.json", "report.html"];

/// What stands in the place of a size's name where weights come from the hub.
pub const PUBLISHED: &str = "published";

/// What a model was trained for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Phase one: pictures and captions in one space.
    Siglip,
    /// Phase two: captions, answers, boxes.
    Vlm,
    /// Transfer to a benchmark.
    EasyVqa,
    /// Transfer to somebody's own pictures.
    Folder,
}

impl Task {
    /// The tasks of the bundled models, in the order in which they are trained.
    pub const BUNDLED: [Self; 3] = [Self::Siglip, Self::Vlm, Self::EasyVqa];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Siglip => "siglip",
            Self::Vlm => "vlm",
            Self::EasyVqa => "easy-vqa",
            Self::Folder => "folder",
        }
    }
}

impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// The shape of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelConfig {
    /// Two encoders.
    Siglip(DualEncoderConfig),
    /// Vision encoder, projector, decoder.
    Vlm(VlmConfig),
}

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunConfig {
    /// What the model was trained for.
    pub task: Task,
    /// The name of its size.
    pub preset: String,
    /// Its shape.
    pub model: ModelConfig,
}

/// A folder that holds a run, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder(PathBuf);

impl RunFolder {
    /// Names the folder; nothing is read or written.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// A run named by the user: a folder, or the name of a bundled model.
    pub fn named(name: &Path) -> Self {
        let bundled = bundled_folder().join(name);
        let is_plain_name = name.components().count() == 1;
        if !name.exists() && is_plain_name && bundled.is_dir() { Self(bundled) } else { Self::new(name) }
    }

    /// Whether a word names a bundled model, or a folder that holds a model or a quickstart.
    pub fn is_named_by(word: &str) -> bool {
        let folder = Path::new(word);
        let holds_model = |inside: &str| folder.join(inside).join("config.json").is_file();
        let is_bundled = Task::BUNDLED.iter().any(|task| task.name() == word);
        is_bundled || ["", CONTRASTIVE, GENERATIVE].into_iter().any(holds_model)
    }

    /// The run for `task` inside this folder, where the folder is a whole quickstart's; otherwise this folder.
    fn or_inside_quickstart(self, task: Task) -> Self {
        let inside = Self(self.0.join(if task == Task::Siglip { CONTRASTIVE } else { GENERATIVE }));
        let is_quickstart = !self.file("config.json").exists() && inside.file("config.json").exists();
        if is_quickstart { inside } else { self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A file of the run.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Where the state of training is kept.
    pub fn training_file(&self) -> PathBuf {
        self.file("training.safetensors")
    }

    /// Where the trained weights are kept.
    pub fn model_file(&self) -> PathBuf {
        self.file("model.safetensors")
    }

    /// Removes what a run that was killed while it saved has left: a checkpoint under its temporary name
    /// ([`write_atomically`]'s), perhaps of gigabytes. Nothing else is touched, and what cannot be removed does no harm.
    pub fn forget_partial_files(&self) {
        let process = |name: &str| {
            let rest = name.strip_prefix('.')?.strip_suffix(".partial")?;
            SAVED.iter().find_map(|saved| rest.strip_prefix(saved)?.strip_prefix('.')?.parse::<u32>().ok())
        };
        for entry in std::fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if process(&entry.file_name().to_string_lossy()).is_some() {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Whether both are one folder, however their paths are written.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self.0.canonicalize(), other.0.canonicalize()) {
            (Ok(this), Ok(other)) => this == other,
            _ => false, // one of them does not exist: they differ
        }
    }

    /// A file in the place of one of a run's that no run wrote, or the index of a model from the hub.
    pub fn foreign_file(&self) -> Option<&'static str> {
        let is_there = |name: &&str| self.file(name).exists();
        let is_ours = self.read_json::<RunConfig>("config.json").is_ok();
        let ours = DESCRIPTION.into_iter().chain(SAVED).filter(|_| !is_ours);
        ours.chain([INDEX]).find(is_there)
    }

    /// Keeps other commands from training here until what comes back is dropped; makes the folder if there is none. Where the
    /// system cannot do that, nobody is kept out.
    ///
    /// # Errors
    /// When another command trains here.
    pub fn hold(&self) -> Result<Option<File>> {
        hold(&self.0)
    }

    /// Reads `config.json`.
    ///
    /// # Errors
    /// When the folder is not a run, or the file is damaged; the message names file and field.
    pub fn config(&self) -> Result<RunConfig> {
        let not_a_run = |reason: &str| VlmError::NotARun { path: self.0.clone(), reason: reason.to_owned() };
        if self.0.is_file() {
            return Err(not_a_run("it is a file. Where a run is named it comes first, then the picture"));
        }
        if !self.0.is_dir() {
            return Err(not_a_run("there is no such folder"));
        }
        if !self.file("config.json").is_file() {
            let is_quickstart = self.file(GENERATIVE).is_dir() || self.file(CONTRASTIVE).is_dir();
            let hint = "it is the folder of a quickstart; name the folder contrastive or generative inside it";
            return Err(not_a_run(if is_quickstart { hint } else { "it has no config.json" }));
        }
        if is_hub_folder(&self.0) {
            return Err(not_a_run(
                "it comes from the hub; caption, ask, detect, segment, inspect and `train folder` take a PaliGemma's folder, \
                 and search a SigLIP's",
            ));
        }
        let config: Value = self.read_json("config.json")?;
        let path = self.file("config.json");
        if let Some((field, value, most)) = limits::beyond(&config) {
            let source = candle_core::Error::msg(format!("{field} is {value}, and may be up to {most}"));
            return Err(VlmError::BrokenConfig { path, source });
        }
        serde_json::from_value(config).map_err(|source| VlmError::Json { path, source })
    }

    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn tokenizer(&self) -> Result<Tokenizer> {
        Ok(Tokenizer::load(&self.file("tokenizer.json"))?)
    }

    /// The commands that made the run, first the run that it started from; none where nobody wrote them down, as in a
    /// folder of published weights.
    ///
    /// # Errors
    /// When `command.txt` cannot be read.
    pub fn commands(&self) -> Result<Vec<String>> {
        let path = self.file("command.txt");
        if !path.exists() {
            return Ok(Vec::new());
        }
        Ok(read_text(&path)?.lines().map(str::to_owned).collect())
    }

    /// Reads a JSON file of the run.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn read_json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.file(name);
        let text = read_text(&path)?;
        serde_json::from_str(&text).map_err(|source| VlmError::Json { path, source })
    }

    /// Writes a JSON file of the run.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let path = self.file(name);
        let text = serde_json::to_string_pretty(value).map_err(|source| VlmError::Json { path, source })?;
        self.write_text(name, &(text + "\n"))
    }

    /// Writes a text file of the run.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn write_text(&self, name: &str, text: &str) -> Result<()> {
        write_atomically(&self.file(name), |file| file.write_all(text.as_bytes()))?;
        Ok(())
    }

    /// Takes back what a run wrote that failed before its first checkpoint, so that no half of a run is left behind.
    /// Other files in the folder stay.
    pub fn remove_description(&self) {
        for name in DESCRIPTION {
            // Best effort: the error to report is the one that brought us here.
            let _ = std::fs::remove_file(self.file(name));
        }
        let _ = std::fs::remove_dir(&self.0);
    }

    /// Reads `log.jsonl`; a run without one has no records.
    ///
    /// # Errors
    /// When a line is not a record.
    pub fn read_log(&self) -> Result<Vec<StepRecord>> {
        let path = self.file("log.jsonl");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = read_text(&path)?;
        let record = |(index, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|source| VlmError::LogLine {
                path: path.clone(),
                line: index + 1,
                source,
            })
        };
        text.lines().enumerate().map(record).collect()
    }

    /// Writes `log.jsonl`.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn write_log(&self, records: &[StepRecord]) -> Result<()> {
        write_atomically(&self.file("log.jsonl"), |file| {
            for record in records {
                serde_json::to_writer(&mut *file, record)?;
                file.write_all(b"\n")?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The folder of the bundled models.
fn bundled_folder() -> PathBuf {
    data::data_folder().join("checkpoints")
}

/// The bundled models that are there.
pub fn bundled_runs() -> Vec<RunFolder> {
    let folders = Task::BUNDLED.map(|task| bundled_folder().join(task.name()));
    folders.into_iter().filter(|folder| folder.is_dir()).map(RunFolder).collect()
}

/// The run that the user named or, when none was named, the bundled one for `task`; `job` says what it is wanted for.
///
/// # Errors
/// When no run was named and none is bundled.
pub fn named_or_bundled(name: Option<&str>, task: Task, job: &'static str) -> Result<RunFolder> {
    if let Some(name) = name {
        return Ok(RunFolder::named(Path::new(name)).or_inside_quickstart(task));
    }
    let path = bundled_folder().join(task.name());
    if path.is_dir() { Ok(RunFolder(path)) } else { Err(VlmError::NoBundledRun { job, task, path }) }
}

/// [`RunFolder::hold`], for any folder. The folder itself is locked, so nothing is left in it, not even by a command that is
/// killed.
///
/// # Errors
/// When another command holds it.
pub fn hold(folder: &Path) -> Result<Option<File>> {
    // A folder that cannot be made is the business of those who then write to it.
    let Ok(opened) = std::fs::create_dir_all(folder).and_then(|()| File::open(folder)) else { return Ok(None) };
    match opened.try_lock() {
        Ok(()) => Ok(Some(opened)),
        Err(TryLockError::WouldBlock) => Err(VlmError::Held { path: folder.to_owned() }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

fn read_text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|source| VlmError::Unreadable { path: path.to_owned(), source })
}
