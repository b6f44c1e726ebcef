//! After training: how fast it was, what the model can do, and where to read it.

use std::path::Path;

use autoregressive_training::{AnswerOptions, TaskExample, answer};
use candle_core::Device;
use foundations::random::generator;
use siglip_training::{StepRecord, Tokenizer};

use crate::error::Result;
use crate::evaluate::evaluate;
use crate::exhibit::{self, Exhibit};
use crate::load::{Retriever, Speaker};
use crate::metrics::{self, Metrics};
use crate::own_pictures;
use crate::plan::{Examples, GenerativePlan, Phase, Plan};
use crate::progress::counter;
use crate::report::{Curve, Report};
use crate::run_folder::{ModelConfig, RunFolder, Task};
use crate::subject::Subject;
use crate::terminal::tell;

/// What is written last, for people to read.
pub const REPORT: &str = "report.html";

/// At most so many of somebody's own pictures are captioned after training on them.
const MOST_OWN_PICTURES: usize = 100;

/// And so many are shown.
const OWN_PICTURES_SHOWN: usize = 6;

/// Examines the run in `folder`, prints the results, and writes `metrics.json` and `report.html`.
///
/// # Errors
/// When the run cannot be loaded or the folder cannot be written.
pub fn conclude(folder: &RunFolder, plan: &Plan, records: &[StepRecord], device: &Device) -> Result<()> {
    let (metrics, exhibits) = match &plan.phase {
        Phase::Generative(GenerativePlan { examples: Examples::Folder(own), .. }) => {
            let (found, exhibits) = own_results(folder, &own.pictures, device)?;
            let mut metrics = metrics::pace(plan.phase_name(), records, plan.batch_size());
            metrics.extend(found);
            (metrics, exhibits)
        }
        _ => {
            let subject = Subject::held_out()?;
            (examine(folder, plan, records, &subject, device)?, exhibits(folder, &subject, device)?)
        }
    };
    metrics::write(&folder.file("metrics.json"), &metrics)?;
    let table = metrics::table(&metrics);
    let report = Report {
        title: format!("{}: what a {} model learned", plan.task, plan.preset),
        commands: folder.commands()?,
        curves: vec![Curve { name: plan.task.name().to_owned(), records: records.to_vec() }],
        metrics,
        galleries: vec![(heading(plan.task).to_owned(), exhibits)],
    };
    let path = folder.file(REPORT);
    report.write(&path)?; // before anything is printed: what took minutes is kept, whether somebody listens or not
    tell!("{}", table.trim_end())?;
    tell!("report: {}", path.display())
}

/// What a run makes of the pictures that it was fine-tuned on: whether it has learned them, and not what it can do besides.
fn own_results(folder: &RunFolder, pictures: &Path, device: &Device) -> Result<(Metrics, Vec<Exhibit>)> {
    let speaker = Speaker::load(folder, "captioning", device)?;
    let mut examples = own_pictures::examples(pictures, speaker.model.config())?;
    let stride = examples.len().div_ceil(MOST_OWN_PICTURES);
    examples = examples.into_iter().step_by(stride).collect();
    let questions: Vec<_> = examples.iter().map(|example| (&example.picture, example.prompt.clone())).collect();
    let options =
        AnswerOptions { max_tokens: tokens_needed(&speaker.tokenizer, &examples)?, ..AnswerOptions::default() };
    let rng = &mut generator(0, "greedy"); // the most probable token each time: nothing is drawn
    let progress = counter("captions", questions.len());
    let said = answer(&speaker.model, &speaker.tokenizer, &questions, &options, rng, progress)?;
    let share = |right: usize| right as f64 / examples.len() as f64;
    let right = examples.iter().zip(&said).filter(|(example, said)| example.answer == **said).count();
    let times = |caption: &str| examples.iter().filter(|example| example.answer == caption).count();
    let commonest = examples.iter().map(|example| times(&example.answer)).max().unwrap_or(0);
    let metrics = Metrics::from([
        ("caption.folder.exact".to_owned(), share(right)),
        ("caption.folder.exact_blind".to_owned(), share(commonest)),
    ]);
    let exhibits = examples.iter().zip(&said).take(OWN_PICTURES_SHOWN);
    Ok((metrics, exhibits.map(|(example, said)| exhibit::of_example(example, said)).collect()))
}

/// As many tokens as an answer may have by default, or as the longest caption has with its end.
fn tokens_needed(tokenizer: &Tokenizer, examples: &[TaskExample]) -> Result<usize> {
    let mut needed = AnswerOptions::default().max_tokens;
    for example in examples {
        needed = needed.max(tokenizer.encode(&example.answer)?.len() + 1);
    }
    Ok(needed)
}

/// What a run can do, and how fast it was.
///
/// # Errors
/// When the run cannot be loaded.
pub fn examine(
    folder: &RunFolder,
    plan: &Plan,
    records: &[StepRecord],
    subject: &Subject,
    device: &Device,
) -> Result<Metrics> {
    let mut metrics = metrics::pace(plan.phase_name(), records, plan.batch_size());
    metrics.extend(evaluate(folder, subject, device)?);
    Ok(metrics)
}

/// Pictures that show what a run can do.
///
/// # Errors
/// When the run cannot be loaded or the model fails.
pub fn exhibits(folder: &RunFolder, subject: &Subject, device: &Device) -> Result<Vec<Exhibit>> {
    let config = folder.config()?;
    match &config.model {
        ModelConfig::Siglip(model) => exhibit::of_retriever(&Retriever::of(folder, model, device)?, subject),
        ModelConfig::Vlm(model) => {
            let speaker = Speaker::of(folder, model, device)?;
            if config.task == Task::EasyVqa {
                exhibit::of_easy_vqa(&speaker)
            } else {
                exhibit::of_speaker(&speaker, subject)
            }
        }
    }
}

/// What stands above the pictures of a run.
pub fn heading(task: Task) -> &'static str {
    match task {
        Task::Siglip => "Pictures by an artist it never saw, and the captions that it finds most fitting",
        Task::Vlm => "Pictures by an artist it never saw, and what it says about them",
        Task::EasyVqa => "Questions of the test split",
        Task::Folder => "Your pictures, and what it says about them",
    }
}
