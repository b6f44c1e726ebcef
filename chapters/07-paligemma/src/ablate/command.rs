//! `vlm ablate`: all arms of a question from several seeds, and what comes of it.

use std::io::Write as _;
use std::path::Path;

use clap::ValueEnum;
use foundations::checkpoint::write_atomically;

use super::bench::Bench;
use super::catalogue::{Ablation, Name, ablation};
use super::results::{RESULTS, Results, Settings};
use super::table;
use crate::args::AblateArgs;
use crate::carry_out::tokenizer_for;
use crate::error::{Result, VlmError};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::Curves;
use crate::run_folder::{ModelConfig, RunFolder, Task, hold, named_or_bundled};
use crate::subject::Subject;
use crate::terminal::tell;
use crate::train_command::quoted;
use crate::train_plan::size_named;

/// The size for questions about phase one when nothing is said.
const DEFAULT_PRESET: &str = "nano";

/// Fewer seeds say nothing about chance.
const FEWEST_SEEDS: u64 = 2;
/// More would take months.
const MOST_SEEDS: u64 = 1000;

/// What is written when all runs are finished.
const WRITTEN: [&str; 2] = ["report.md", "curves.svg"];

/// Answers the question that `args` name, or lists the questions.
///
/// # Errors
/// When options contradict one another, a file cannot be read or written, training diverges, or Ctrl-C was pressed.
pub fn run(args: &AblateArgs) -> Result<()> {
    let Some(name) = args.name else {
        tell!("{}", listing().trim_end())?;
        return Ok(());
    };
    let ablation = ablation(name);
    check_numbers(args)?;
    let out = args.out.clone().unwrap_or_else(|| Path::new("runs/ablate").join(name.typed()));
    let bench = bench(args, &ablation)?;
    let settings = Settings {
        ablation: name.typed(),
        preset: bench.size.name.to_owned(),
        init: init_name(args, &ablation),
        steps: args.steps.unwrap_or(ablation.steps),
    };
    let is_new = !out.join(RESULTS).exists();
    if let Some(file) = WRITTEN.into_iter().find(|file| is_new && out.join(file).exists()) {
        return Err(VlmError::Foreign { path: out, file });
    }
    let _held = hold(&out)?;
    let mut results = Results::open(&out, settings)?;
    results.write()?;
    interrupt::listen();
    let command = command(args, name, results.settings().steps);
    tell!("{} Elsewhere: {}.", name.question(), ablation.found)?;
    train(&bench, &ablation, &mut results, args.seeds, &command)?;
    conclude(&ablation, &results, args.seeds, &command, &out)
}

/// The questions, and what was found elsewhere.
fn listing() -> String {
    let entry = |name: &Name| format!("{:12} {}\n{:12} {}\n", name.typed(), name.question(), "", ablation(*name).found);
    let entries: String = Name::value_variants().iter().map(entry).collect();
    format!("{entries}\nTo answer one of them: cargo vlm ablate NAME\n")
}

fn refuse<T>(reason: impl Into<String>) -> Result<T> {
    Err(VlmError::Combination(reason.into()))
}

fn check_numbers(args: &AblateArgs) -> Result<()> {
    if args.seeds < FEWEST_SEEDS {
        return refuse(format!("--seeds is {}; give at least 2: one run says nothing about chance", args.seeds));
    }
    if args.seeds > MOST_SEEDS {
        return refuse(format!("--seeds is {}; give up to {MOST_SEEDS}", args.seeds));
    }
    if args.steps == Some(0) {
        return refuse("--steps is 0; training needs at least one step");
    }
    Ok(())
}

/// What the runs share: phase one starts from random numbers, phase two from a run of phase one.
fn bench(args: &AblateArgs, ablation: &Ablation) -> Result<Bench> {
    let device = foundations::device()?;
    let subject = Subject::held_out()?;
    if ablation.is_contrastive() {
        if args.init.is_some() {
            return refuse("--init lends phase two the encoder of phase one; this ablation trains phase one itself");
        }
        let size = size_named(args.preset.as_deref().unwrap_or(DEFAULT_PRESET))?;
        return Ok(Bench { size, tokenizer: tokenizer_for(None)?, init: None, subject, device });
    }
    let job = "an ablation of phase two";
    let init = match &args.init {
        Some(init) => RunFolder::named(init),
        None => named_or_bundled(None, Task::Siglip, job)?,
    };
    let config = init.config()?;
    if !matches!(config.model, ModelConfig::Siglip(_)) {
        let (path, found) = (init.path().to_owned(), config.task);
        return Err(VlmError::WrongKind { path, found, job, needed: "siglip" });
    }
    if let Some(preset) = args.preset.as_ref().filter(|preset| **preset != config.preset) {
        return refuse(format!(
            "phase two starts from '{}', which has size {}; for --preset {preset} name a siglip run of that size with --init",
            init.path().display(),
            config.preset
        ));
    }
    let size = size_named(&config.preset)?;
    Ok(Bench { size, tokenizer: init.tokenizer()?, init: Some(init), subject, device })
}

/// Where weights of phase one come from, in a word: the bundled run may lie elsewhere tomorrow.
fn init_name(args: &AblateArgs, ablation: &Ablation) -> String {
    match &args.init {
        Some(init) => init.display().to_string(),
        None if ablation.is_contrastive() => "none".to_owned(),
        None => "bundled".to_owned(),
    }
}

/// Trains what is not there yet, seed by seed, so that a comparison is possible as early as can be.
fn train(bench: &Bench, ablation: &Ablation, results: &mut Results, seeds: u64, command: &str) -> Result<()> {
    let runs: Vec<_> = (1..=seeds).flat_map(|seed| ablation.arms.iter().map(move |arm| (arm, seed))).collect();
    let total = runs.len();
    let missing: Vec<_> = runs.into_iter().filter(|(arm, seed)| results.of(arm.name, *seed).is_none()).collect();
    let steps = results.settings().steps;
    let finished = total - missing.len();
    if finished > 0 {
        tell!("{finished} of {total} runs are there already")?;
    }
    let mut progress = Progress::new("steps", total as u64 * steps, finished as u64 * steps);
    for (done, (arm, seed)) in (finished..).zip(missing) {
        let measured = bench.run(&arm.setting, seed, steps, |record| {
            let message = format!("{} seed {seed}: loss {:.3} ", arm.name, record.loss);
            progress.set(done as u64 * steps + record.step + 1, &message);
        })?;
        let Some(measured) = measured else {
            progress.finish();
            return Err(VlmError::AblationStopped { done, total, resume: command.to_owned() });
        };
        results.add(arm.name, seed, measured.metrics, measured.losses)?;
    }
    progress.finish();
    Ok(())
}

/// Shows the tables and writes `report.md` and `curves.svg`.
fn conclude(ablation: &Ablation, results: &Results, seeds: u64, command: &str, out: &Path) -> Result<()> {
    let report = table::report(ablation, results, seeds, command);
    let curves = ablation.arms.iter().map(|arm| (arm.name.to_owned(), results.mean_losses(arm.name, seeds))).collect();
    let [table, drawing] = WRITTEN.map(|name| out.join(name));
    write_text(&table, &report)?;
    write_text(&drawing, &Curves(curves).svg())?;
    tell!("\n{}", report.trim_end())?;
    tell!("\nwritten: {} and {}", table.display(), drawing.display())
}

fn write_text(path: &Path, text: &str) -> Result<()> {
    write_atomically(path, |file| file.write_all(text.as_bytes()))?;
    Ok(())
}

/// The command that makes these results, and that goes on with them.
fn command(args: &AblateArgs, name: Name, steps: u64) -> String {
    let AblateArgs { seeds, preset, init, out, .. } = args;
    let mut line = format!("cargo vlm ablate {} --seeds {seeds} --steps {steps}", name.typed());
    let mut option = |name: &str, value: Option<String>| {
        line.extend(value.map(|value| format!(" --{name} {value}")));
    };
    option("preset", preset.clone());
    option("init", init.as_deref().map(quoted));
    option("out", out.as_deref().map(quoted));
    line
}
