//! From a plan and a folder to a trained run: writes the run's description, then trains.

use candle_core::Device;
use data::{EasyVqa, EmojiSet, Split};
use siglip_training::{StepRecord, Tokenizer};

use crate::error::{Result, VlmError};
use crate::lender;
use crate::plan::{Phase, Plan};
use crate::run_folder::RunFolder;
use crate::training::{read_saved, train};
use crate::vocabulary::course_tokenizer;
use crate::{contrastive, generative, pace};

/// A run to be trained.
#[derive(Debug)]
pub struct Job<'a> {
    /// What to do.
    pub plan: Plan,
    /// Where to.
    pub folder: &'a RunFolder,
    /// Where the weights come from, if not from random numbers.
    pub init: Option<RunFolder>,
    /// The words.
    pub tokenizer: Tokenizer,
    /// The command that goes on with it after a stop.
    pub resume_command: String,
    /// Where to compute.
    pub device: Device,
}

/// The tokenizer of `init`, or the course's own.
///
/// # Errors
/// When the run or the data cannot be read.
pub fn tokenizer_for(init: Option<&RunFolder>) -> Result<Tokenizer> {
    match init {
        Some(init) => lender::tokenizer(init),
        None => Ok(course_tokenizer(&EmojiSet::load()?, &EasyVqa::load(Split::Train)?)?),
    }
}

/// How far the run in a folder is.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// There is none.
    Empty,
    /// It was stopped or killed; its plan, and the steps done.
    Unfinished(Box<Plan>, u64),
    /// It is complete.
    Finished,
}

/// How far the run in `folder` is.
///
/// # Errors
/// When its checkpoint is damaged.
pub fn stage(folder: &RunFolder) -> Result<Stage> {
    if folder.model_file().exists() {
        return Ok(Stage::Finished);
    }
    if !folder.training_file().exists() {
        return Ok(Stage::Empty);
    }
    let saved = read_saved(folder)?;
    Ok(Stage::Unfinished(Box::new(saved.plan), saved.step))
}

impl Job<'_> {
    /// Trains from the first step; `command` is the line to repeat it with.
    ///
    /// # Errors
    /// When the folder holds a run, cannot be written to, or training stops.
    pub fn start(&self, command: &str) -> Result<Vec<StepRecord>> {
        refuse_occupied(self.folder, self.init.as_ref())?;
        let _held = self.folder.hold()?;
        let started = self.describe(command).and_then(|()| self.train(false));
        if started.is_err() && !self.folder.training_file().exists() {
            self.folder.remove_description();
        }
        started
    }

    /// Writes what the run is, before there is anything to show for it.
    fn describe(&self, command: &str) -> Result<()> {
        self.folder.write_json("config.json", &self.plan.run_config())?;
        self.folder.write_text("tokenizer.json", &self.tokenizer.to_json()?)?;
        let mut commands = self.init.as_ref().map_or_else(|| Ok(Vec::new()), RunFolder::commands)?;
        commands.push(command.to_owned());
        commands.dedup(); // both phases of a quick start are one command
        self.folder.write_text("command.txt", &(commands.join("\n") + "\n"))
    }

    /// Trains from the last checkpoint in the folder.
    ///
    /// # Errors
    /// When the checkpoint is damaged, the folder cannot be written to, or training stops.
    pub fn go_on(&self) -> Result<Vec<StepRecord>> {
        let _held = self.folder.hold()?;
        self.train(true)
    }

    fn train(&self, goes_on: bool) -> Result<Vec<StepRecord>> {
        let Self { plan, folder, resume_command, .. } = self;
        // A run that goes on takes its weights from its own checkpoint.
        let init = self.init.as_ref().filter(|_| !goes_on);
        let tokenizer = self.tokenizer.clone();
        match &plan.phase {
            Phase::Contrastive(phase) => {
                let assembly = contrastive::assemble(plan, phase, tokenizer, init, &self.device)?;
                train(plan, folder, &assembly, goes_on, resume_command)
            }
            Phase::Generative(phase) => {
                let assembly = generative::assemble(plan, phase, tokenizer, init, &self.device)?;
                train(plan, folder, &assembly, goes_on, resume_command)
            }
        }
    }

    /// How many steps fit into so many minutes, found by timing a few on a copy.
    ///
    /// # Errors
    /// When a step fails.
    pub fn steps_in(&self, minutes: f64) -> Result<u64> {
        let Self { plan, init, .. } = self;
        let tokenizer = self.tokenizer.clone();
        match &plan.phase {
            Phase::Contrastive(phase) => {
                let copy = contrastive::assemble(plan, phase, tokenizer, init.as_ref(), &self.device)?;
                pace::steps_in(minutes, plan, &copy)
            }
            Phase::Generative(phase) => {
                let copy = generative::assemble(plan, phase, tokenizer, init.as_ref(), &self.device)?;
                pace::steps_in(minutes, plan, &copy)
            }
        }
    }
}

/// Neither a run nor anybody else's files are overwritten, least of all those that the weights are taken from.
///
/// # Errors
/// When the folder holds a run or files that are not ours, or `init` is the same folder.
pub fn refuse_occupied(folder: &RunFolder, init: Option<&RunFolder>) -> Result<()> {
    let path = || folder.path().to_owned();
    if init.is_some_and(|init| init.is_same(folder)) {
        return Err(VlmError::Combination(format!(
            "--init and --out name the same folder, '{}', and nothing is overwritten; choose another --out",
            folder.path().display()
        )));
    }
    if let Some(file) = folder.foreign_file() {
        return Err(VlmError::Foreign { path: path(), file });
    }
    let occupied = |state: String, remedy: &str| VlmError::Occupied { path: path(), state, remedy: remedy.to_owned() };
    match stage(folder)? {
        Stage::Empty => Ok(()),
        Stage::Finished => Err(occupied("finished".to_owned(), "choose another --out, or delete the folder")),
        Stage::Unfinished(plan, step) => Err(occupied(
            format!("step {step} of {}", plan.steps),
            "add --resume to go on with it, choose another --out, or delete the folder",
        )),
    }
}
