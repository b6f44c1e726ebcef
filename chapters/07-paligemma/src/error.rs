//! Everything that can stop the command. Each error is one line that names the file and says what to do.

use std::path::PathBuf;

use crate::run_folder::Task;

/// Why the command stopped.
#[derive(Debug, thiserror::Error)]
pub enum VlmError {
    /// Options that contradict one another or mean nothing together.
    #[error("{0}")]
    Combination(String),
    /// A folder that holds no trained model.
    #[error(
        "'{}' is not a run: {reason}. A run is a folder that `cargo vlm train` or `cargo vlm quickstart` wrote, with config.json, tokenizer.json and model.safetensors; `siglip`, `vlm` and `easy-vqa` name the bundled ones",
        path.display()
    )]
    NotARun {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// No bundled checkpoint does this job.
    #[error("there is no bundled model for {job}: '{}' is missing. Restore it with `git checkout -- data`, or train one (`cargo vlm train {task}`) and name its folder", path.display())]
    NoBundledRun {
        /// What was to be done.
        job: &'static str,
        /// What to train.
        task: Task,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A model of the other kind.
    #[error("'{}' holds a model trained as '{found}', and {job} needs one trained as '{needed}'; name another run, or leave it out to use the bundled one", path.display())]
    WrongKind {
        /// The run.
        path: PathBuf,
        /// What it is.
        found: Task,
        /// What was to be done.
        job: &'static str,
        /// What it should be.
        needed: &'static str,
    },
    /// A configuration that describes no model.
    #[error("'{}' describes no model: {source}. Restore the file from the run that wrote it", path.display())]
    BrokenConfig {
        /// The file.
        path: PathBuf,
        /// What cannot be.
        source: candle_core::Error,
    },
    /// NaN or infinities where a model's numbers should be.
    #[error("'{}' gives no usable numbers: its weights are broken. Copy or download the model again", path.display())]
    BrokenWeights {
        /// The folder of the model.
        path: PathBuf,
    },
    /// A JSON file of a run that cannot be understood.
    #[error("'{}' cannot be understood: {source}. Restore the file from the run that wrote it, or from the model's page on the hub", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the JSON reader said: the field, the line and the column.
        source: serde_json::Error,
    },
    /// A line of `log.jsonl` that is no record.
    #[error("'{}', line {line}: {source}. Delete that line and those after it: the run can do without", path.display())]
    LogLine {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// A line of an ablation's `results.jsonl` that is no result.
    #[error("'{}', line {line}: {source}. Delete that line alone: its run is trained again, the others are kept", path.display())]
    ResultLine {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// The output folder holds a run already.
    #[error("'{}' holds a run already ({state}); {remedy}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// How far that run is.
        state: String,
        /// What to do.
        remedy: String,
    },
    /// The output folder holds files that a new run would write over or be confused with.
    #[error("'{}' holds {file}, which is no file of this run; choose another --out", path.display())]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// One of the files.
        file: &'static str,
    },
    /// Another command is at work in the output folder.
    #[error("another command is training in '{}'; wait for it, stop it (Ctrl-C there), or choose another --out", path.display())]
    Held {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing to go on with.
    #[error("'{}' cannot be resumed: {reason}", path.display())]
    NothingToResume {
        /// The folder.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A NaN or an infinity in training.
    #[error("{source}. The last good checkpoint is kept: '{}', {step} steps in", path.display())]
    Diverged {
        /// Which step, which loss.
        source: Box<siglip_training::TrainError>,
        /// The checkpoint.
        path: PathBuf,
        /// How many steps it has behind it.
        step: u64,
    },
    /// Ctrl-C.
    #[error("stopped at step {step} of {total}; everything is saved. To go on: {resume}")]
    Interrupted {
        /// Steps done.
        step: u64,
        /// Steps planned.
        total: u64,
        /// The command that goes on.
        resume: String,
    },
    /// Ctrl-C between the first and the last run of an ablation.
    #[error("stopped; {done} of {total} runs are finished and kept. To go on: {resume}")]
    AblationStopped {
        /// Runs done.
        done: usize,
        /// Runs planned.
        total: usize,
        /// The command that goes on.
        resume: String,
    },
    /// A file that is read for its text.
    #[error("'{}' cannot be read: {source}; check that it is a file that you may read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Output that would not end up in an ordinary file.
    #[error("'{}' {reason}", path.display())]
    OutputFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// Words that cannot be asked.
    #[error("{0}")]
    Prompt(String),
    /// A thing that the model has no word for.
    #[error(
        "the model never learned to find '{thing}'. It was trained on 100 nouns; the nearest are {nearest} (all of them: data/emoji/nouns.txt)"
    )]
    UnknownThing {
        /// What was asked for.
        thing: String,
        /// A few that it knows.
        nearest: String,
    },
    /// A folder of pictures in which nothing can be examined.
    #[error("the pictures in '{}' cannot be used: {reason}", path.display())]
    Pictures {
        /// The folder.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// The terminal or pipe that we write to is gone.
    #[error("the output cannot be written: {0}")]
    Terminal(#[from] std::io::Error),
    /// Pictures and tables.
    #[error(transparent)]
    Data(#[from] data::DataError),
    /// Files of a run.
    #[error(transparent)]
    Checkpoint(#[from] foundations::checkpoint::CheckpointError),
    /// Training and answering.
    #[error(transparent)]
    Train(#[from] siglip_training::TrainError),
    /// Captions.
    #[error(transparent)]
    Caption(#[from] siglip_training::CaptionError),
    /// Tokenizers.
    #[error(transparent)]
    Tokenizer(#[from] siglip_training::TokenizerError),
    /// Mixtures of tasks.
    #[error(transparent)]
    Mixture(#[from] autoregressive_training::mixture::MixtureError),
    /// Optimisers.
    #[error(transparent)]
    Optim(#[from] foundations::optim::OptimError),
    /// Devices.
    #[error(transparent)]
    Device(#[from] foundations::device::DeviceError),
    /// Which operators run.
    #[error(transparent)]
    Ops(#[from] foundations::ops::UnknownOps),
    /// Two files of intermediate results that do not agree.
    #[error("'{}' and '{}' differ: {difference}", left.display(), right.display())]
    Differ {
        /// One file.
        left: PathBuf,
        /// The other.
        right: PathBuf,
        /// The first tensor that differs, and by how much.
        difference: String,
    },
    /// A run of ours is asked for a mask.
    #[error(
        "'{}' is a run of ours, and those have no words for masks; name the folder of a PaliGemma from the hub, or draw boxes with `cargo vlm detect`",
        path.display()
    )]
    NoMasks {
        /// The run.
        path: PathBuf,
    },
    /// The other half of segmentation is missing.
    #[error(
        "'{}' has no {file}, the decoder that paints masks from the codes <seg000> … <seg127>. It is published with PaliGemma's training code: download {url} into that folder",
        path.display(), file = crate::segment::MASK_FILE, url = crate::segment::MASK_FILE_URL
    )]
    NoMaskDecoder {
        /// The folder.
        path: PathBuf,
    },
    /// A download that did not come about.
    #[error("'{repository}' cannot be downloaded: {reason}")]
    Pull {
        /// The model, `owner/name`.
        repository: String,
        /// What was in the way, and what to do.
        reason: String,
    },
    /// Folders from the hub.
    #[error(transparent)]
    Hub(#[from] crate::hub::HubError),
    /// Tensors.
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

impl VlmError {
    /// The process's exit code: 2 for a misuse of the command line (as clap does), 130 after Ctrl-C (as shells do),
    /// 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Combination(_) => 2,
            Self::Interrupted { .. } | Self::AblationStopped { .. } => 130,
            _ => 1,
        }
    }
}

/// What functions of this crate return.
pub type Result<T, E = VlmError> = std::result::Result<T, E>;
