//! `vlm quickstart`: both phases, the examination, six pictures, one report. No arguments needed.

use std::path::{Path, PathBuf};

use autoregressive_training::Variant;
use autoregressive_training::preset::vlm_config;
use candle_core::Device;
use projection::Frozen;
use siglip_training::{ContrastiveLoss, Size, StepRecord, Tokenizer};

use crate::args::QuickstartArgs;
use crate::carry_out::{Job, Stage, stage, tokenizer_for};
use crate::error::{Result, VlmError};
use crate::finish::{examine, exhibits, heading};
use crate::interrupt;
use crate::metrics::{self, Metrics, RANDOM_ENCODER};
use crate::plan::{ContrastivePlan, Examples, GenerativePlan, Phase, Plan};
use crate::recipe;
use crate::report::{Curve, Report};
use crate::run_folder::{CONTRASTIVE, GENERATIVE, RunFolder, Task};
use crate::subject::Subject;
use crate::terminal::{show_exhibit, tell};
use crate::train_command::quoted;
use crate::train_plan::size_named;
use crate::training::read_saved;

/// The run from a random encoder inside the folder of a quickstart.
const FROM_RANDOM: &str = "generative-from-random-encoder";

/// A quickstart on its way.
struct Quickstart<'a> {
    args: &'a QuickstartArgs,
    size: Size,
    tokenizer: Tokenizer,
    device: Device,
}

/// A run of the quickstart, trained.
struct Trained {
    name: &'static str,
    folder: RunFolder,
    plan: Plan,
    records: Vec<StepRecord>,
}

/// Trains both phases, examines them, and writes the report. Goes on with a quickstart that was stopped.
///
/// # Errors
/// When a complete quickstart is there already, a file cannot be read or written, or training stops.
pub fn run(args: &QuickstartArgs) -> Result<()> {
    let size = size_named(&args.preset)?;
    interrupt::listen();
    refuse_complete(args)?;
    let quickstart = Quickstart { args, size, tokenizer: tokenizer_for(None)?, device: foundations::device()? };
    let (first, second) = recipe::quickstart_steps(&size);
    tell!("phase 1 of 2, contrastive: which caption belongs to which picture?")?;
    let contrastive = quickstart.train(CONTRASTIVE, quickstart.contrastive_plan(first), None)?;
    tell!("phase 2 of 2, generative: captions, answers and boxes, from that encoder")?;
    let plan = quickstart.generative_plan(second, true);
    let generative = quickstart.train(GENERATIVE, plan, Some(&contrastive.folder))?;
    let mut trained = vec![contrastive, generative];
    if args.compare_random_encoder {
        tell!("for comparison, phase 2 from a random encoder")?;
        trained.push(quickstart.train(FROM_RANDOM, quickstart.generative_plan(second, false), None)?);
    }
    quickstart.report(&trained)
}

impl Trained {
    fn curve(&self) -> Curve {
        Curve { name: self.name.replace('-', " "), records: self.records.clone() }
    }
}

impl Quickstart<'_> {
    fn plan(&self, task: Task, steps: u64, phase: Phase) -> Plan {
        Plan { task, preset: self.size.name.to_owned(), seed: self.args.seed, steps, learning_rate: 1.0, phase }
    }

    fn contrastive_plan(&self, steps: u64) -> Plan {
        let phase = ContrastivePlan {
            model: self.size.dual_encoder(self.tokenizer.vocabulary()),
            pairs: recipe::quickstart_pairs(&self.size),
            small_share: recipe::small_share(&self.size),
            loss: ContrastiveLoss::Sigmoid,
            lock_pictures: false,
        };
        self.plan(Task::Siglip, steps, Phase::Contrastive(phase))
    }

    fn generative_plan(&self, steps: u64, is_pretrained: bool) -> Plan {
        let joins = recipe::vision_joins(Task::Vlm, is_pretrained);
        let phase = GenerativePlan {
            model: vlm_config(&self.size, self.tokenizer.vocabulary(), None),
            examples: Examples::Mixture(recipe::mixture(&self.size)),
            frozen: Frozen::default(),
            vision_starts: joins.starts,
            vision_rate: joins.rate,
            small_first: recipe::small_share(&self.size) > 0.0,
            aligned: is_pretrained,
            variant: Variant::default(),
        };
        self.plan(Task::Vlm, steps, Phase::Generative(phase))
    }

    /// The run called `name`, carried on to its end from wherever it is.
    fn train(&self, name: &'static str, plan: Plan, init: Option<&RunFolder>) -> Result<Trained> {
        let folder = RunFolder::new(&self.args.out.join(name));
        let at = stage(&folder)?;
        let job = Job {
            plan,
            folder: &folder,
            init: init.cloned(),
            tokenizer: self.tokenizer.clone(),
            resume_command: self.command(),
            device: self.device.clone(),
        };
        let records = match at {
            Stage::Empty => job.start(&self.command())?,
            Stage::Unfinished(ref plan, step) => {
                self.refuse_other_settings(**plan == job.plan)?;
                tell!("going on at step {step} of {}", plan.steps)?;
                job.go_on()?
            }
            Stage::Finished => {
                self.refuse_other_settings(read_saved(&folder)?.plan == job.plan)?;
                tell!("done already")?;
                folder.read_log()?
            }
        };
        let plan = job.plan;
        Ok(Trained { name, plan, records, folder })
    }

    fn refuse_other_settings(&self, are_the_same: bool) -> Result<()> {
        if are_the_same {
            return Ok(());
        }
        Err(VlmError::Occupied {
            path: self.args.out.clone(),
            state: "a quickstart with other settings".to_owned(),
            remedy: "call it with those, choose another --out, or delete the folder".to_owned(),
        })
    }

    /// The command that repeats this quickstart, and that goes on with it.
    fn command(&self) -> String {
        let QuickstartArgs { preset, seed, out, compare_random_encoder } = self.args;
        let compare = if *compare_random_encoder { " --compare-random-encoder" } else { "" };
        format!("cargo vlm quickstart --preset {preset} --seed {seed} --out {}{compare}", quoted(out))
    }

    /// Examines the runs, shows six pictures, and writes what there is to read.
    fn report(&self, trained: &[Trained]) -> Result<()> {
        let subject = Subject::held_out()?;
        let mut metrics = Metrics::new();
        for Trained { name, folder, plan, records } in trained {
            let found = examine(folder, plan, records, &subject, &self.device)?;
            let prefix = if *name == FROM_RANDOM { RANDOM_ENCODER } else { "" };
            metrics.extend(found.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)));
        }
        let generative = &trained[1];
        let shown = exhibits(&generative.folder, &subject, &self.device)?;
        metrics::write(&self.args.out.join("metrics.json"), &metrics)?;
        let table = metrics::table(&metrics);
        let report = Report {
            title: "From pixels to answers: what the quickstart learned".to_owned(),
            commands: vec![self.command()],
            curves: trained.iter().map(Trained::curve).collect(),
            metrics,
            galleries: vec![(heading(Task::Vlm).to_owned(), shown)],
        };
        let path = report_path(&self.args.out);
        report.write(&path)?; // before anything is printed, whether somebody listens or not
        tell!("\n{}:\n", heading(Task::Vlm))?;
        for exhibit in report.galleries.iter().flat_map(|(_, exhibits)| exhibits) {
            show_exhibit(exhibit)?;
        }
        tell!("{}", table.trim_end())?;
        tell!("\nreport: {}", path.display())?;
        tell!("go on with: cargo vlm caption {} IMAGE", quoted(generative.folder.path()))?;
        tell!("A model of a few minutes is often wrong. The bundled one learned for hours: cargo vlm caption IMAGE")
    }
}

fn report_path(out: &Path) -> PathBuf {
    out.join("report.html")
}

/// The report is written last: where there is one, the quickstart is complete, and what took minutes is not thrown away. Only
/// a comparison that was not asked for then can still be added.
fn refuse_complete(args: &QuickstartArgs) -> Result<()> {
    let (out, report) = (&args.out, report_path(&args.out));
    let metrics = std::fs::read_to_string(out.join("metrics.json")).unwrap_or_default();
    let has_begun = [CONTRASTIVE, GENERATIVE].iter().any(|run| out.join(run).exists());
    if let Some(file) = ["metrics.json", "report.html"].into_iter().find(|file| !has_begun && out.join(file).exists()) {
        return Err(VlmError::Foreign { path: out.clone(), file });
    }
    let adds_comparison = args.compare_random_encoder && !metrics.contains(RANDOM_ENCODER);
    if !report.exists() || adds_comparison {
        return Ok(());
    }
    let remedy =
        format!("look at {}; for another one name another folder with --out, or delete this one", report.display());
    Err(VlmError::Occupied { path: out.clone(), state: "a complete quickstart".to_owned(), remedy })
}
