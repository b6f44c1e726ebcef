//! `vlm train`: one run, from its first step or from where it stopped.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use siglip_training::StepRecord;

use crate::args::TrainArgs;
use crate::carry_out::{Job, Stage, refuse_occupied, stage, tokenizer_for};
use crate::error::{Result, VlmError};
use crate::finish::{self, REPORT};
use crate::interrupt;
use crate::lender;
use crate::own_pictures::remark_on_unknown_characters;
use crate::plan::{Examples, GenerativePlan, Phase, Plan};
use crate::run_folder::{PUBLISHED, RunFolder, Task};
use crate::terminal::{note, tell};
use crate::train_plan;
use crate::training::read_saved;

/// Trains what `args` describe.
///
/// # Errors
/// When the options contradict one another, a file cannot be read or written, or training stops.
pub fn run(args: &TrainArgs) -> Result<()> {
    let out = args.out.clone().unwrap_or_else(|| Path::new("runs").join(Task::from(args.task).name()));
    if let (Some(Some(named)), Some(out)) = (&args.resume, &args.out) {
        return Err(VlmError::Combination(format!(
            "--resume goes on with '{}' where it is, and not in '{}'; leave --out out",
            named.display(),
            out.display()
        )));
    }
    interrupt::listen();
    match &args.resume {
        Some(named) => resume(args, &RunFolder::new(named.as_ref().unwrap_or(&out))),
        None => start(args, &RunFolder::new(&out)),
    }
}

fn start(args: &TrainArgs, folder: &RunFolder) -> Result<()> {
    let init = args.init.as_deref().map(RunFolder::named);
    let init_config = init.as_ref().map(|init| lender::config(init, args.task.into())).transpose()?;
    let tokenizer = tokenizer_for(init.as_ref())?;
    let plan = train_plan::plan(args, init_config.as_ref(), tokenizer.vocabulary())?;
    refuse_occupied(folder, init.as_ref())?;
    let device = foundations::device()?;
    let resume_command = resume_command(&plan, folder);
    let mut job = Job { plan, folder, init, tokenizer, resume_command, device };
    if let Some(minutes) = args.length.minutes {
        job.plan.steps = job.steps_in(minutes)?;
        tell!("{minutes} minutes are about {0} steps; to repeat exactly: --steps {0}", job.plan.steps)?;
    }
    announce(&job)?;
    let records = job.start(&command(args, folder, &job.plan))?;
    conclude(&job, &records)
}

fn resume(args: &TrainArgs, folder: &RunFolder) -> Result<()> {
    let cannot = |reason: &str| VlmError::NothingToResume { path: folder.path().to_owned(), reason: reason.to_owned() };
    let (plan, unfinished) = match stage(folder)? {
        Stage::Empty => return Err(cannot("it holds no checkpoint; leave --resume out to start a run there")),
        Stage::Finished if folder.file(REPORT).exists() || !folder.training_file().exists() => {
            return Err(cannot("its run is finished; start another with --init and another --out"));
        }
        Stage::Finished => (read_saved(folder)?.plan, None), // stopped while it was examined
        Stage::Unfinished(plan, step) => (*plan, Some(step)),
    };
    let task = Task::from(args.task);
    if plan.task != task {
        return Err(cannot(&format!("it is a {} run; write `{}`", plan.task, resume_command(&plan, folder))));
    }
    if let Some(step) = unfinished {
        tell!("going on at step {step} of {}", plan.steps)?;
    }
    let resume_command = resume_command(&plan, folder);
    let tokenizer = folder.tokenizer()?;
    let job = Job { plan, folder, init: None, tokenizer, resume_command, device: foundations::device()? };
    let records = if unfinished.is_some() { job.go_on()? } else { folder.read_log()? };
    conclude(&job, &records)
}

/// Says what is going to happen.
fn announce(job: &Job) -> Result<()> {
    let Plan { task, preset, steps, seed, .. } = &job.plan;
    let from = job.init.as_ref().map_or("random numbers".to_owned(), |init| format!("'{}'", init.path().display()));
    tell!(
        "training {task}, size {preset}, from {from}: {steps} steps of {} pictures, seed {seed}, into '{}'",
        job.plan.batch_size(),
        job.folder.path().display()
    )?;
    if let Phase::Generative(GenerativePlan { model, examples: Examples::Folder(own), .. }) = &job.plan.phase {
        remark_on_unknown_characters(&own.pictures, model, &job.tokenizer)?;
    }
    if *task == Task::EasyVqa && job.init.is_none() {
        tell!(
            "(nothing is transferred: everything is learned from easy-VQA alone; --init vlm starts from the bundled model)"
        )?;
    }
    Ok(())
}

fn conclude(job: &Job, records: &[StepRecord]) -> Result<()> {
    note!("trained and saved; now examined (after a stop, `{}` does that again)", job.resume_command);
    finish::conclude(job.folder, &job.plan, records, &job.device)
}

/// The command that goes on with a run.
fn resume_command(plan: &Plan, folder: &RunFolder) -> String {
    format!("cargo vlm train {} --resume {}", plan.task, quoted(folder.path()))
}

/// The command that repeats a run exactly: every option that was given, and the number of steps.
fn command(args: &TrainArgs, folder: &RunFolder, plan: &Plan) -> String {
    let mut line = format!("cargo vlm train {}", plan.task);
    if plan.preset != PUBLISHED {
        // Writing to a string cannot fail.
        let _ = write!(line, " --preset {}", plan.preset);
    }
    let _ = write!(line, " --steps {} --seed {} --out {}", plan.steps, plan.seed, quoted(folder.path()));
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(line, " --{name} {value}");
        }
    };
    option("init", args.init.as_deref().map(quoted));
    option("freeze", args.freeze.as_ref().map(ToString::to_string));
    option("lora", args.lora.map(|rank| rank.to_string()));
    option("loss", args.loss.map(|loss| format!("{loss:?}").to_lowercase()));
    option("batch", args.batch.map(|batch| batch.to_string()));
    option("learning-rate", (args.learning_rate != 1.0).then(|| args.learning_rate.to_string()));
    option("vision-starts", args.vision_starts.map(|fraction| fraction.to_string()));
    option("vision-rate", args.vision_rate.map(|fraction| fraction.to_string()));
    option("pictures", args.pictures.as_deref().map(quoted));
    option("side", args.side.map(|side| side.to_string()));
    option("tasks", args.tasks.as_ref().map(ToString::to_string));
    for (_, name) in
        [(args.lock_pictures, "lock-pictures"), (args.unaligned, "unaligned")].iter().filter(|(given, _)| *given)
    {
        let _ = write!(line, " --{name}");
    }
    line
}

/// A path as one writes it in a shell.
pub fn quoted(path: &Path) -> String {
    let text = PathBuf::from(path).display().to_string();
    let plain = if cfg!(windows) { r"/._-\:" } else { "/._-" };
    let is_plain = |letter: char| letter.is_alphanumeric() || plain.contains(letter);
    match text.chars().all(is_plain) {
        true => text,
        false if cfg!(windows) => format!("\"{text}\""), // no path there holds a quotation mark
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
